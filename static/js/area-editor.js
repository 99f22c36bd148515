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
import { summarise, WORDS } from "./area-said.js";
import { paste, search, upload } from "./area-typed.js";
import { filterZones, loadZones, paintZones } from "./area-zones.js";
import { circleRing } from "./geometry.js";
import { createMap } from "./map.js";
import { coloursOf } from "./map-style.js";

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
    this.piece("zone-filter")?.addEventListener("input", ({ target }) => filterZones(this, target.value));
    summarise(this);
    this.openMap();
    this.knowZones();
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

  async knowZones() {
    await loadZones(this);
    this.hatch();
    summarise(this);
    if (this.zones.size) this.view?.fit(this.geometry());
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
    paintZones(this);
    this.querySelector(`[data-panel="${name}"] :is(input, textarea)`)?.focus();
  }

  clicked({ target }) {
    const button = target.closest("button");
    if (!button) return;
    const { tool, act, id } = button.dataset;
    if (tool) this.tool(tool);
    if (act === "undo") this.undo();
    if (act === "clear") this.value = { shapes: [], zones: [] };
    if (act === "paste") paste(this);
    if (act === "swap") paste(this, true);
    if (act === "unzone") this.toggle(id, false);
    if (act === "search") search(this);
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
    if (event.target.closest('[data-panel="address"]')) search(this);
  }

  toggled({ target }) {
    if (target.matches("[data-zone]")) this.toggle(target.dataset.zone, target.checked);
    if (target.matches('[data-part="file"]')) upload(this, target);
  }

  toggle(id, on = !this.zones.has(id)) {
    this.remember();
    if (on) this.zones.add(id);
    else this.zones.delete(id);
    this.changed({ redraw: false });
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
    paintZones(this);
    this.hatch();
    const detail = summarise(this);
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
}

customElements.define("area-editor", AreaEditor);
