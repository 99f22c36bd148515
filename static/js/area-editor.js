// <area-editor>: where an alert applies, around one hidden form field. Draw a polygon or a circle, choose zones, paste
// GeoJSON, or search an address; all but drawing work without the map and with the keyboard alone. The markup and its
// words come from templates/components/area_editor.html; the server validates what is sent.
//
// The field holds {"shapes": [{"type": "Polygon", "coordinates": [[[lon, lat], …]]},
//                             {"type": "Circle", "center": [lon, lat], "radius_m": 300}], "zones": ["id", …]}
// With data-single it is about one place: one {"type": "Point", "coordinates": [lon, lat]} or one polygon.
// Attributes: data-geocode-url (GET ?q=…, answers [{"name", "lon", "lat"}]), data-zones-url or data-zones-from
// (a FeatureCollection of {id, name}), data-fault-at="lon,lat" (where the server saw the problem), data-severity (colour;
// may change at any time), data-exercise (hatched, as what is not real is on every map; may change too), data-words (JSON), data-basemap-style.
// It sends `area-change` {value, km2, corners} on every change, bubbling. `element.value` reads and writes the field.

import { startPen } from "./area-draw.js";
import { area, bounds, circleRing, exchange, looksSwapped, shapesFromText } from "./geometry.js";
import { createMap, icon } from "./map.js";
import { coloursOf } from "./map-style.js";

const WORDS = {
  empty: "No area yet.",
  size: "{km2} km²",
  corners: "corners: {n}",
  zones: "zones: {n}",
  polygon: "Polygon, {n} corners",
  circle: "Circle, {n} m",
  point: "Point {lat}, {lon}",
  remove: "Remove: {name}",
  edit: "Move or reshape: {name}",
  nothing_found: "Nothing found. Try a street and number, or a crossing.",
  no_search: "The address search did not answer. Type latitude, longitude instead.",
  bad_json: "This is not GeoJSON. What you pasted is kept.",
  bad_empty: "There is no polygon in this GeoJSON. What you pasted is kept.",
  bad_range: "A position is outside the world: GeoJSON wants longitude first. What you pasted is kept.",
  bad_many: "This has more than 50,000 points. Simplify it first. What you pasted is kept.",
  bad_file: "This file is not text, or larger than 1 MB.",
  closed: "The outline was not closed: its last corner was joined to its first. Look whether that is meant.",
  swapped: "This lies far away. Did you mean it with latitude and longitude exchanged?",
  drawing_off: "Drawing needs the map. Paste, address and zones work without it.",
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

class AreaEditor extends HTMLElement {
  connectedCallback() {
    this.words = { ...WORDS, ...JSON.parse(this.dataset.words ?? "{}") };
    this.piece = (name) => this.querySelector(`[data-part="${name}"]`);
    this.field = this.piece("value");
    this.shapes = new Map();
    this.zones = new Set();
    this.history = [];
    this.zoneFeatures = [];
    this.next = 0;
    this.single = this.dataset.single !== undefined;
    this.center = (this.dataset.center ?? "0,0").split(",").map(Number);
    this.read(this.field.value);
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("keydown", (event) => this.keyed(event));
    this.addEventListener("change", (event) => this.toggled(event));
    this.piece("zone-filter")?.addEventListener("input", ({ target }) => this.filter(target.value));
    this.summarise();
    this.loadZones();
    this.openMap();
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.pen?.stop();
    this.view?.remove();
  }

  /** What the form field holds, as an object. */
  get value() {
    return { shapes: [...this.shapes.values()], zones: [...this.zones] };
  }

  set value(value) {
    this.remember();
    this.read(JSON.stringify(value));
    this.changed();
  }

  read(text) {
    let value = {};
    try {
      value = JSON.parse(text || "{}");
    } catch {
      this.complain(this.words.bad_json);
    }
    this.shapes = new Map((value.shapes ?? []).map((shape) => [this.name(), shape]));
    this.zones = new Set((value.zones ?? []).map(String));
  }

  name() {
    this.next += 1;
    return `shape-${this.next}`;
  }

  async openMap() {
    const place = this.piece("map");
    this.view = createMap(place, {
      styleUrl: this.dataset.basemapStyle, words: JSON.parse(place.dataset.words ?? "{}"), labels: false,
    });
    this.view.fit(this.geometry());
    const map = await this.view.ready;
    if (!map) {
      for (const button of this.querySelectorAll("[data-needs-map]")) button.disabled = true;
      this.complain(this.words.drawing_off);
      return;
    }
    this.pen = await startPen(this.view, {
      colours: this.colours(),
      onDrawn: (shape) => {
        this.add([shape], { fit: false });
        this.tool("select");
      },
      onEdited: (id, shape) => {
        if (!this.shapes.has(id)) return;
        this.remember();
        this.shapes.set(id, shape);
        this.changed({ redraw: false });
      },
      onRemoved: (id) => this.shapes.has(id) && this.drop(id),
    });
    this.pen.show(this.shapes);
    map.on("click", "zones-fill", ({ features }) => this.active === "zones" && this.toggle(String(features[0].properties.id)));
    this.watch = new MutationObserver((changed) => {
      this.pen.recolour(this.colours());
      if (changed.some(({ attributeName }) => attributeName === "data-exercise")) this.pen.show(this.shapes);
      this.hatch();
    });
    this.watch.observe(this, { attributes: true, attributeFilter: ["data-severity", "data-exercise"] });
    this.watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    if (this.dataset.faultAt) this.view.pin(this.dataset.faultAt.split(",").map(Number), this.piece("fault").textContent);
    this.dataset.ready = "";
    this.tool(this.shapes.size ? "select" : this.single ? "point" : "polygon");
  }

  colours() {
    const c = coloursOf(this);
    const severity = this.dataset.severity ?? "unknown";
    return {
      fill: c[severity], line: c[`${severity}-line`], handle: c.surface, handleLine: c.text,
      fillOpacity: this.hatched ? 0 : Number(c.fill) || 0.2, outlineWidth: this.hatched ? 0 : 3,
    };
  }

  get hatched() {
    return this.dataset.exercise !== undefined;
  }

  /** Under what is drawn, the hatching and the broken line of what is not real; nothing under what is. */
  hatch() {
    const properties = { exercise: true, severity: this.dataset.severity };
    const features = this.geometry().geometries.map((geometry) => ({ type: "Feature", properties, geometry }));
    this.view?.set("alerts", { type: "FeatureCollection", features: this.hatched ? features : [] });
  }

  /** Take a tool: polygon, circle, select, zones, paste or address. */
  tool(name) {
    this.active = name;
    for (const button of this.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", button.dataset.tool === name);
    for (const panel of this.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
    this.pen?.tool(["polygon", "circle", "point", "select"].includes(name) ? name : "static");
    this.paintZones();
    this.querySelector(`[data-panel="${name}"] :is(input, textarea)`)?.focus();
  }

  clicked({ target }) {
    const button = target.closest("button");
    if (!button) return;
    const { tool, act, id } = button.dataset;
    if (tool) this.tool(tool);
    if (act === "undo") this.undo();
    if (act === "clear") this.value = { shapes: [], zones: [] };
    if (act === "paste") this.paste();
    if (act === "swap") this.paste(true);
    if (act === "unzone") this.toggle(id, false);
    if (act === "search") this.search();
    if (act === "remove") this.drop(id);
    if (act === "edit") {
      this.tool("select");
      this.pen?.edit(id);
    }
    if (act === "place") this.place([Number(button.dataset.lon), Number(button.dataset.lat)]);
  }

  keyed(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    // Enter in one of our boxes searches; it must not send the form around us.
    event.preventDefault();
    if (event.target.closest('[data-panel="address"]')) this.search();
  }

  toggled({ target }) {
    if (target.matches("[data-zone]")) this.toggle(target.dataset.zone, target.checked);
    if (target.matches('[data-part="file"]')) this.upload(target);
  }

  toggle(id, on = !this.zones.has(id)) {
    this.remember();
    if (on) this.zones.add(id);
    else this.zones.delete(id);
    this.changed({ redraw: false });
  }

  /** What was pasted; `exchanged`: with latitude and longitude exchanged, because somebody said so. */
  paste(exchanged = false) {
    const box = this.piece("paste");
    this.piece("swap").hidden = true;
    try {
      const { shapes, unclosed } = shapesFromText(box.value);
      if (!exchanged && looksSwapped(shapes, this.center)) {
        this.piece("swap").hidden = false;
        return this.complain(this.words.swapped);
      }
      this.add(exchanged ? exchange(shapes) : shapes);
      box.value = "";
      if (unclosed) {
        this.complain(this.words.closed);
        this.view?.pin(exchanged ? [unclosed[1], unclosed[0]] : unclosed.slice(0, 2), this.words.closed);
      }
    } catch (fault) {
      this.complain(this.words[`bad_${fault.message}`] ?? this.words.bad_json);
      box.focus();
    }
  }

  async upload(input) {
    const [file] = input.files;
    if (!file) return;
    const text = file.size <= 1_048_576 ? await file.text() : "";
    input.value = "";
    if (!text.trim() || text.includes("\uFFFD")) return this.complain(this.words.bad_file);
    this.piece("paste").value = text;
    this.paste();
  }

  async search() {
    const text = this.piece("address").value.trim();
    if (!text) return;
    const pair = /^(-?\d+(?:\.\d+)?)[,\s]+(-?\d+(?:\.\d+)?)$/.exec(text);
    if (pair) {
      // People write latitude first; only one order can be near the city.
      const [first, second] = [Number(pair[1]), Number(pair[2])];
      this.place(first < second ? [first, second] : [second, first]);
      return;
    }
    const hits = this.piece("hits");
    const results = await this.ask(text);
    if (!results) return this.complain(this.words.no_search);
    this.complain(results.length ? "" : this.words.nothing_found);
    hits.replaceChildren(
      ...results.map(({ name, lon, lat }) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
        Object.assign(button.dataset, { act: "place", lon, lat });
        button.append(icon("i-map-pin"), name);
        return button;
      }),
    );
    hits.querySelector("button")?.focus();
  }

  async ask(text) {
    try {
      const url = new URL(this.dataset.geocodeUrl, location.href);
      url.searchParams.set("q", text);
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // A place that was typed: the site's own point, or the middle of a circle.
  place(center) {
    this.piece("hits").replaceChildren();
    if (this.single) return this.add([{ type: "Point", coordinates: center }]);
    const radius = Math.round(Number(this.piece("radius").value)) || 300;
    this.add([{ type: "Circle", center, radius_m: Math.max(10, radius) }]);
  }

  add(shapes, { fit = true } = {}) {
    this.remember();
    if (this.single) this.shapes.clear();
    for (const shape of shapes) this.shapes.set(this.name(), shape);
    this.changed();
    if (fit) this.view?.fit(this.geometry());
  }

  drop(id) {
    this.remember();
    this.shapes.delete(id);
    this.changed();
  }

  remember() {
    this.history.push(JSON.stringify(this.value));
  }

  undo() {
    const last = this.history.pop();
    if (last === undefined) return;
    this.read(last);
    this.changed();
  }

  changed({ redraw = true } = {}) {
    this.field.value = JSON.stringify(this.value);
    this.complain("");
    this.view?.pin(null);
    if (redraw) this.pen?.show(this.shapes);
    this.paintZones();
    this.hatch();
    const detail = this.summarise();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("area-change", { bubbles: true, detail: { value: this.value, ...detail } }));
  }

  complain(text) {
    this.piece("fault").textContent = text;
  }

  // Shapes and chosen zones as one geometry.
  geometry() {
    const drawn = [...this.shapes.values()].map((shape) =>
      shape.type === "Circle" ? { type: "Polygon", coordinates: [circleRing(shape.center, shape.radius_m)] } : shape,
    );
    const zones = this.zoneFeatures.filter((zone) => this.zones.has(String(zone.properties.id))).map((zone) => zone.geometry);
    return { type: "GeometryCollection", geometries: [...drawn, ...zones] };
  }

  summarise() {
    const lang = document.documentElement.lang || "en";
    const geometry = this.geometry();
    const km2 = area(geometry) / 1e6;
    const polygons = [...this.shapes.values()].filter((shape) => shape.type === "Polygon");
    const corners = polygons.reduce((sum, shape) => sum + cornersOf(shape), 0);
    const number = (value, digits) => value.toLocaleString(lang, { maximumFractionDigits: digits });
    const size = fill(this.words.size, { km2: number(km2, km2 < 1 ? 3 : 2) });
    const points = [...this.shapes.values()].filter((shape) => shape.type === "Point");
    const parts = [corners && fill(this.words.corners, { n: corners }), this.zones.size && fill(this.words.zones, { n: this.zones.size })];
    const said = bounds(geometry) || this.zones.size;
    const sum = points.length ? "" : [size, ...parts.filter(Boolean)].join(" · ");
    this.piece("summary").textContent = said ? sum : this.words.empty;
    const drawn = [...this.shapes].map(([id, shape]) => this.chip(this.called(shape), { edit: id, remove: id }));
    const chosen = this.zoneFeatures.filter((zone) => this.zones.has(String(zone.properties.id)));
    const named = chosen.map(({ properties }) => this.chip(nameOf(properties), { unzone: String(properties.id) }));
    this.piece("shapes").replaceChildren(...drawn, ...named);
    for (const button of this.querySelectorAll('[data-act="undo"]')) button.disabled = !this.history.length;
    return { km2, corners };
  }

  // One part of the area, with its buttons: {act: id}.
  chip(name, acts) {
    const chip = Object.assign(document.createElement("li"), { className: "chip plain" });
    const button = ([act, id]) => {
      const made = Object.assign(document.createElement("button"), { type: "button" });
      Object.assign(made.dataset, { act, id });
      made.setAttribute("aria-label", fill(act === "edit" ? this.words.edit : this.words.remove, { name }));
      made.append(icon(act === "edit" ? "i-target" : "i-x", "icon"));
      return made;
    };
    chip.append(name, ...Object.entries(acts).map(button));
    return chip;
  }

  called(shape) {
    if (shape.type === "Point") {
      const [lon, lat] = shape.coordinates.map((degrees) => degrees.toFixed(5));
      return fill(this.words.point, { lat, lon });
    }
    const circle = shape.type === "Circle";
    return fill(circle ? this.words.circle : this.words.polygon, { n: circle ? shape.radius_m : cornersOf(shape) });
  }

  async loadZones() {
    const inline = document.getElementById(this.dataset.zonesFrom ?? "");
    let collection = inline ? JSON.parse(inline.textContent) : null;
    if (!collection && this.dataset.zonesUrl && !this.single) {
      const answer = await fetch(this.dataset.zonesUrl, { headers: { Accept: "application/json" } }).catch(() => null);
      collection = answer?.ok ? await answer.json() : null;
    }
    this.zoneFeatures = collection?.features ?? [];
    this.piece("zones")?.replaceChildren(...this.zoneFeatures.map((zone) => zoneRow(zone.properties)));
    this.paintZones();
    this.hatch();
    this.summarise();
    if (this.zones.size) this.view?.fit(this.geometry());
  }

  paintZones() {
    for (const box of this.querySelectorAll("[data-zone]")) box.checked = this.zones.has(box.dataset.zone);
    // While another tool is in hand, only those that were chosen: the others would be lines without a meaning.
    const chosen = (zone) => this.zones.has(String(zone.properties.id));
    const shown = this.zoneFeatures.filter((zone) => this.active === "zones" || chosen(zone));
    const features = shown.map((zone) => ({ ...zone, properties: { ...zone.properties, chosen: chosen(zone) } }));
    this.view?.set("zones", { type: "FeatureCollection", features });
    this.view?.show("zones", this.active === "zones" || this.zones.size > 0);
  }

  filter(text) {
    const wanted = text.trim().toLowerCase();
    for (const row of this.piece("zones").children) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }
}

const cornersOf = (shape) => shape.coordinates.reduce((sum, ring) => sum + ring.length - 1, 0);

const nameOf = ({ name, name_fr }) => (document.documentElement.lang === "fr" && name_fr) || name;

function zoneRow({ id, ...names }) {
  const row = Object.assign(document.createElement("label"), { className: "check" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  box.dataset.zone = id;
  row.append(box, nameOf(names));
  return row;
}

customElements.define("area-editor", AreaEditor);
