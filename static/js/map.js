// The map, on every page that has one. It never holds up the page: the library is fetched after first paint and only
// when the map comes into view; without WebGL, basemap or network a sentence stands in its place, and the list beside
// it says the same things.
//
// Templates use the <city-map> element of city-map.js. From script:
//   const view = createMap(element, {words, styleUrl, still, center, zoom, labels});
//   view.set("alerts" | "sites" | "points" | "zones", FeatureCollection)   may be called at once, it waits by itself
//     alerts: Polygon/MultiPolygon {id, severity, label, exercise, draft, url}; sites: Point {id, name, text, state:
//     acknowledged|no_answer|needs_help|none, url}; points: Point {id, name, text, kind: camera|camera_open|tip|
//     detection|event, url}; zones: Polygon {id, name, chosen}
//   view.select(id), view.fit(thing), view.show(layer, on), view.pin(position, text), view.remove(),
//   The element sends `map-select` {layer, id, properties}, bubbling, when something on the map is chosen;
//   preventDefault() keeps the popup away. view.ready (promise of the MapLibre map, or of null when there can be none), view.library (the module, once ready)

import { bounds, topOf } from "./geometry.js";
import { basemapLayers, coloursOf, overlayLayers, picture } from "./map-style.js";

const HERE = import.meta.url;
const TORONTO = [-79.3815, 43.6487];
const TOUCHABLE = ["help-point", "points-point", "sites-point", "sites-cluster", "alerts-fill", "alerts-hatch"];
const EMPTY = { type: "FeatureCollection", features: [] };
const SOURCES = { zones: {}, alerts: {}, sites: { cluster: true, clusterRadius: 24, clusterMaxZoom: 12 }, help: {}, points: {} };

export const WORDS = {
  title: "Map. The list beside it says the same.",
  schematic: "Schematic, not for navigation",
  none: "The map cannot be drawn on this device. The list has everything it would show.",
  plain: "The street map did not load. Areas and sites are still drawn.",
  zoom_in: "Zoom in",
  zoom_out: "Zoom out",
  fit: "Show everything",
  close: "Close",
  open: "Open",
  exercise: "EXERCISE",
};

/** Start a map in an element and return its handle at once. */
export function createMap(element, options = {}) {
  return new View(element, options);
}

class View {
  constructor(element, options) {
    this.element = element;
    this.options = { labels: true, center: TORONTO, zoom: 12.5, ...options };
    this.words = { ...WORDS, ...options.words };
    this.data = { zones: EMPTY, alerts: EMPTY, sites: EMPTY, help: EMPTY, points: EMPTY };
    this.hidden = new Set();
    this.flags = [];
    this.ready = this.start().catch((fault) => this.refuse(fault));
  }

  async start() {
    await seen(this.element);
    if (!document.createElement("canvas").getContext("webgl2")) return this.refuse(null);
    stylesheet();
    const style = this.options.styleUrl ? await reachable(this.options.styleUrl) : null;
    this.schematic = !style;
    this.library = await import("../vendor/maplibre-gl.mjs");
    if (this.removed) return null;
    const map = new this.library.Map({
      container: this.element,
      style: style ?? this.blank(),
      center: this.options.center,
      zoom: this.options.zoom,
      minZoom: 8,
      maxZoom: 19,
      interactive: !this.options.still,
      attributionControl: { compact: false },
      locale: { "Map.Title": this.words.title, "Popup.Close": this.words.close },
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      dragRotate: false,
      pitchWithRotate: false,
    });
    map.touchZoomRotate.disableRotation();
    this.map = map;
    // A broken basemap is said; areas and sites stay.
    map.on("error", (event) => event.sourceId === "basemap" && this.note(this.words.plain));
    map.setMissingStyleImageResolver((id) => this.draw(id));
    await new Promise((done) => map.once("style.load", done));
    this.furnish();
    this.listen();
    return map;
  }

  blank() {
    const colours = coloursOf(this.element);
    const data = this.options.basemapUrl ?? new URL("../basemap/toronto.json", HERE).href;
    return {
      version: 8,
      sources: { basemap: { type: "geojson", data, attribution: escaped(this.words.schematic) } },
      layers: [{ id: "ground-colour", type: "background", paint: { "background-color": colours["map-land"] } }, ...basemapLayers(colours)],
    };
  }

  // Our own sources and layers, on whatever basemap there is.
  furnish() {
    const { map } = this;
    for (const [name, rest] of Object.entries(SOURCES)) map.addSource(name, { type: "geojson", data: this.data[name], ...rest });
    const firstLabel = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
    for (const { below, ...layer } of overlayLayers(coloursOf(this.element), this.selected)) {
      if (layer.filter === true) delete layer.filter;
      map.addLayer(layer, below ? firstLabel : undefined);
    }
    if (!this.options.still) this.controls();
    for (const name of this.hidden) this.show(name, false);
    this.label();
    if (this.wanted) this.fit(this.wanted);
    if (this.pinned) this.pin(...this.pinned);
    this.element.dataset.map = "ready";
  }

  listen() {
    const { map } = this;
    this.repaint = () => this.paint();
    this.themes = new MutationObserver(this.repaint);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.system.addEventListener("change", this.repaint);
    for (const layer of TOUCHABLE) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    map.on("click", (event) => {
      // A thumb is wide: what lies within 8 px counts, the topmost first.
      const { x, y } = event.point;
      const [hit] = map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: TOUCHABLE });
      if (!hit) return;
      if (hit.properties.point_count) map.easeTo({ center: hit.geometry.coordinates, zoom: map.getZoom() + 2 });
      else this.chosen(hit.source, hit, event);
    });
  }

  /** Give one layer its features. */
  set(name, collection) {
    const features = collection?.features ?? [];
    const put = (source, list) => {
      this.data[source] = { type: "FeatureCollection", features: list };
      this.map?.getSource(source)?.setData(this.data[source]);
    };
    if (name === "sites") {
      // A site that needs help is never hidden inside a cluster.
      const helps = (feature) => feature.properties?.state === "needs_help";
      put("help", features.filter(helps));
      put("sites", features.filter((feature) => !helps(feature)));
    } else {
      put(name, features);
    }
    if (name === "alerts") this.label();
  }

  /** Mark one alert as the chosen one (null for none). */
  select(id) {
    this.selected = id;
    this.paint();
    for (const { button } of this.flags) button.toggleAttribute("aria-current", button.dataset.id === String(id));
  }

  /** Bring a geometry, a feature or a collection into view. */
  fit(thing, { maxZoom = 16 } = {}) {
    this.wanted = thing;
    const box = bounds(thing);
    const padding = Math.min(64, this.element.clientWidth / 6, this.element.clientHeight / 6);
    if (box) this.map?.fitBounds(box, { padding, maxZoom, animate: false });
  }

  /** Show or hide a layer: alerts, sites, points or zones. */
  show(name, on) {
    if (on) this.hidden.delete(name);
    else this.hidden.add(name);
    const belongs = (layer) => layer.source === name || (name === "sites" && layer.source === "help");
    for (const layer of this.map?.getStyle()?.layers ?? []) {
      if (belongs(layer)) this.map.setLayoutProperty(layer.id, "visibility", on ? "visible" : "none");
    }
    if (name === "alerts") for (const { button } of this.flags) button.hidden = !on;
  }

  /** Point at one place, with words: a server's complaint, an address that was found. Null takes it away. */
  pin(position, text = "") {
    this.pinned = position ? [position, text] : null;
    this.pinMarker?.remove();
    if (!position || !this.map) return;
    const mark = document.createElement("div");
    mark.className = "map-pin";
    mark.append(icon("i-map-pin"), text);
    this.pinMarker = new this.library.Marker({ element: mark, anchor: "bottom" }).setLngLat(position).addTo(this.map);
    this.map.easeTo({ center: position, zoom: Math.max(this.map.getZoom(), 15), animate: false });
  }

  /** Take the map down and stop listening. */
  remove() {
    this.removed = true;
    this.themes?.disconnect();
    this.system?.removeEventListener("change", this.repaint);
    this.map?.remove();
    this.map = null;
  }

  // The theme changed, or the choice did: the same layers with new colours.
  paint() {
    // Before the style is there nothing can be painted; `furnish` then starts with what was chosen.
    if (!this.map || this.element.dataset.map !== "ready") return;
    const colours = coloursOf(this.element);
    const layers = overlayLayers(colours, this.selected);
    if (this.schematic) {
      layers.push(...basemapLayers(colours));
      this.map.setPaintProperty("ground-colour", "background-color", colours["map-land"]);
    }
    for (const { id, paint = {} } of layers) {
      for (const [name, value] of Object.entries(paint)) this.map.setPaintProperty(id, name, value);
    }
    for (const name of this.map.listImages().filter((image) => image.startsWith("ca-"))) {
      this.map.updateImage(name, picture(name, colours).image);
    }
  }

  draw(name) {
    const drawn = picture(name, coloursOf(this.element));
    if (drawn && !this.map.hasImage(name)) this.map.addImage(name, drawn.image, { pixelRatio: drawn.pixelRatio });
  }

  // Labels of alerts are real buttons: they can be reached with Tab, and a screen reader reads them.
  label() {
    for (const { marker } of this.flags.splice(0)) marker.remove();
    if (!this.map || !this.options.labels) return;
    for (const feature of this.data.alerts.features) {
      const top = feature.geometry && topOf(feature.geometry);
      if (!top || !feature.properties.label) continue;
      const button = this.flag(feature);
      const marker = new this.library.Marker({ element: button, anchor: "bottom", offset: [0, -4] }).setLngLat(top).addTo(this.map);
      // MapLibre calls every marker an image; ours is a button with words.
      for (const name of ["role", "aria-label"]) button.removeAttribute(name);
      this.flags.push({ button, marker });
    }
  }

  flag(feature) {
    const { id, label, severity = "unknown", exercise } = feature.properties;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "flag";
    button.dataset.severity = severity;
    button.dataset.id = id;
    button.toggleAttribute("aria-current", String(id) === String(this.selected));
    button.append(icon(`s-${severity}`, "mark"));
    if (exercise) {
      const word = element("span", this.words.exercise);
      word.className = "exercise-word";
      button.append(word);
    }
    button.append(element("span", label));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.chosen("alerts", feature, event);
    });
    button.addEventListener("focus", () => {
      // The browser would scroll the map's own frame to an off-screen label: move the map instead.
      this.element.scrollTo(0, 0);
      const top = topOf(feature.geometry);
      if (!this.map.getBounds().contains(top)) this.map.easeTo({ center: top, animate: false });
    });
    return button;
  }

  chosen(layer, feature, event) {
    const name = layer === "help" ? "sites" : layer;
    const detail = { layer: name, id: feature.properties.id, properties: feature.properties };
    const go = this.element.dispatchEvent(new CustomEvent("map-select", { bubbles: true, cancelable: true, detail }));
    if (go && name !== "alerts") this.popup(event.lngLat, feature.properties);
  }

  popup(position, { name = "", text = "", url = "" }) {
    const body = document.createElement("div");
    body.className = "map-popup";
    body.append(element("strong", name), element("span", text));
    if (url.startsWith("/") && !url.startsWith("//")) {
      const link = element("a", this.words.open);
      link.href = url;
      body.append(link);
    }
    new this.library.Popup({ maxWidth: "18rem" }).setLngLat(position).setDOMContent(body).addTo(this.map);
  }

  controls() {
    const tools = document.createElement("div");
    tools.className = "map-panel map-tools";
    const tool = (name, symbol, act) => {
      const button = element("button", "");
      Object.assign(button, { type: "button", className: "button", title: this.words[name] });
      button.setAttribute("aria-label", this.words[name]);
      button.append(icon(symbol));
      button.addEventListener("click", act);
      tools.append(button);
    };
    tool("zoom_in", "i-plus", () => this.map.zoomIn());
    tool("zoom_out", "i-minus", () => this.map.zoomOut());
    tool("fit", "i-target", () => this.fit([this.data.alerts, this.data.help, this.data.sites, this.data.points]));
    this.element.append(tools);
  }

  note(text) {
    const old = this.element.querySelector(":scope > .map-problem");
    const note = old ?? element("p", "");
    note.className = "map-problem";
    note.setAttribute("role", "status");
    note.textContent = text;
    if (!old) this.element.append(note);
  }

  refuse(fault) {
    if (this.removed) return null;
    if (fault) console.warn("The map could not start.", fault);
    this.element.dataset.map = "none";
    this.note(this.words.none);
    return null;
  }
}

/** An icon of the page's sprite. */
export function icon(id, className = "icon small") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${id}`);
  svg.append(use);
  return svg;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

// MapLibre writes attributions as HTML.
function escaped(text) {
  return element("i", text).innerHTML;
}

// Resolves once the page has painted and the element is on screen (or nearly).
async function seen(target) {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await new Promise((done) => {
    const watch = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        done();
      },
      { rootMargin: "200px" },
    );
    watch.observe(target);
  });
}

function stylesheet() {
  const href = new URL("../vendor/maplibre-gl.css", HERE).href;
  if (document.querySelector("link[data-maplibre]")) return;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  link.dataset.maplibre = "";
  // Before our own sheets, which restyle a few of its parts.
  document.head.prepend(link);
}

// The operator's style if it answers, else null: then the schematic map is drawn.
async function reachable(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(6000) });
    return answer.ok ? url : null;
  } catch {
    return null;
  }
}
