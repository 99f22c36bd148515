// How a map looks: colours from the page's CSS variables, the layers drawn with them, and the small pictures on it.
// Nothing here fetches or listens; map.js does.

const NAMES = [
  "map-land", "map-block", "map-street", "map-water", "map-park", "map-label", "map-rail",
  "surface", "text", "text-2", "ink", "on-ink", "line-strong", "canvas", "fill",
  ...["extreme", "severe", "moderate", "minor", "unknown"].flatMap((name) => [name, `${name}-line`, `${name}-on`]),
];

export const SEVERITIES = ["extreme", "severe", "moderate", "minor", "unknown"];
const FONT = ["sans-serif"];

/** The theme's colours as seen by one element: {"map-land": "#edeff2", …}. */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

const is = (kind) => ["==", ["get", "kind"], kind];
const grow = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

/** The schematic basemap's layers, bottom first, all drawn from the source `basemap`. */
export function basemapLayers(c) {
  const fill = (id, kind, colour, rest = {}) => ({ id, type: "fill", filter: is(kind), paint: { "fill-color": colour }, ...rest });
  const line = (id, kind, width, colour = c["map-street"], rest = {}) => ({
    id,
    type: "line",
    filter: is(kind),
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": width },
    ...rest,
  });
  const layers = [
    fill("water", "water", c["map-water"]),
    fill("land", "land", c["map-land"]),
    fill("ground", "ground", c["map-block"]),
    fill("block", "block", c["map-block"], { minzoom: 12.5 }),
    fill("park", "park", c["map-park"]),
    line("river", "river", grow(9, 1, 14, 6, 18, 40), c["map-water"]),
    line("rail", "rail", 1.25, c["map-rail"], { paint: { "line-color": c["map-rail"], "line-width": 1.25, "line-dasharray": [5, 3] } }),
    line("minor", "minor", grow(11, 0.5, 14, 4, 18, 34), c["map-street"], { minzoom: 11.5 }),
    line("major", "major", grow(9, 1, 12, 3, 14, 7, 18, 60)),
    line("highway-edge", "highway", grow(9, 3, 12, 6, 14, 11, 18, 76), c["map-rail"]),
    line("highway", "highway", grow(9, 1.5, 12, 4, 14, 9, 18, 72)),
    line("subway", "subway", grow(10, 1, 14, 2, 18, 4), c["map-rail"]),
    ...labelLayers(c),
  ];
  return layers.map((layer) => ({ ...layer, source: "basemap" }));
}

function labelLayers(c) {
  const along = (id, kinds, minzoom) => ({
    id,
    type: "symbol",
    minzoom,
    filter: ["match", ["get", "kind"], kinds, true, false],
    layout: { "symbol-placement": "line", "symbol-spacing": 320, "text-field": ["get", "name"], "text-font": FONT, "text-size": 12 },
    paint: { "text-color": c["map-label"], "text-halo-color": c["map-street"], "text-halo-width": 2 },
  });
  const place = (id, size, minzoom, maxzoom, rest) => ({
    id,
    type: "symbol",
    minzoom,
    maxzoom,
    filter: ["all", is("label"), ["==", ["get", "size"], size]],
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 7, "text-padding": 6, ...rest },
    paint: { "text-color": c["map-label"], "text-halo-color": c["map-land"], "text-halo-width": 1.5 },
  });
  return [
    along("label-street", ["highway", "major"], 12),
    along("label-minor", ["minor"], 14),
    place("label-park", "park", 13, 24, {}),
    place("label-spot", "spot", 13.5, 24, {}),
    place("label-quarter", "quarter", 12, 16, { "text-size": 13 }),
    place("label-area", "area", 8, 12.5, { "text-size": 14, "text-letter-spacing": 0.06 }),
    place("label-lake", "lake", 8, 16, { "text-size": 14, "text-letter-spacing": 0.1 }),
  ];
}

const bySeverity = (c, suffix = "") => [
  "match", ["get", "severity"],
  ...SEVERITIES.slice(0, 4).flatMap((name) => [name, c[name + suffix]]),
  c[`unknown${suffix}`],
];

/** Alerts, zones and the chosen one. `below` tells map.js to keep them under the street names. */
export function overlayLayers(c, selected) {
  const chosen = ["==", ["to-string", ["get", "id"]], String(selected ?? "")];
  const hatched = ["to-boolean", ["get", "exercise"]];
  const dashed = ["any", hatched, ["to-boolean", ["get", "draft"]]];
  const width = ["case", chosen, 4.5, ["==", ["get", "severity"], "extreme"], 3.5, 2.5];
  const stroke = (id, source, filter, paint) => ({
    id, source, type: "line", filter, layout: { "line-join": "round" }, paint, below: true,
  });
  return [
    { id: "zones-fill", source: "zones", type: "fill", below: true,
      paint: { "fill-color": c.ink, "fill-opacity": ["case", ["to-boolean", ["get", "chosen"]], 0.16, 0.02] } },
    stroke("zones-line", "zones", true, { "line-color": c["line-strong"], "line-width": ["case", ["to-boolean", ["get", "chosen"]], 2.5, 1] }),
    { id: "alerts-fill", source: "alerts", type: "fill", below: true, filter: ["!", hatched],
      paint: { "fill-color": bySeverity(c), "fill-opacity": Number(c.fill) || 0.2 } },
    { id: "alerts-hatch", source: "alerts", type: "fill", below: true, filter: hatched, paint: { "fill-pattern": "ca-hatch" } },
    // Red is dim to some eyes on a dark map: the worst area also gets an outline of ink.
    stroke("alerts-case", "alerts", ["all", ["==", ["get", "severity"], "extreme"], ["!", dashed]], { "line-color": c.ink, "line-width": 7 }),
    stroke("alerts-line", "alerts", ["!", dashed], { "line-color": bySeverity(c, "-line"), "line-width": width }),
    stroke("alerts-dash", "alerts", dashed, { "line-color": bySeverity(c, "-line"), "line-width": width, "line-dasharray": [3, 2] }),
    ...pointLayers(),
  ];
}

function pointLayers() {
  const known = (name, values, fallback) => ["match", ["get", name], values, ["get", name], fallback];
  const icon = (id, source, filter, image) => ({
    id, source, type: "symbol", filter,
    layout: { "icon-image": image, "icon-allow-overlap": true, "icon-ignore-placement": true },
  });
  return [
    icon("sites-cluster", "sites", ["has", "point_count"], ["concat", "ca-cluster-", ["to-string", ["get", "point_count"]]]),
    icon("sites-point", "sites", ["!", ["has", "point_count"]], ["concat", "ca-site-", known("state", ["acknowledged", "no_answer"], "none")]),
    icon("points-point", "points", true, ["concat", "ca-point-", known("kind", Object.keys(POINT_ICONS), "other")]),
    icon("help-point", "help", true, "ca-site-needs_help"),
  ];
}

const POINT_ICONS = { camera: "i-camera", camera_open: "i-camera", tip: "i-message", detection: "i-eye", event: "i-users", other: "i-map-pin" };
const RATIO = 2;

/** The picture behind one image name, or null when it is not ours. Drawn at twice the size for dense screens. */
export function picture(name, c) {
  const [kind, rest] = [/^ca-(hatch|site|cluster|point)/.exec(name)?.[1], name.split("-").slice(2).join("-")];
  if (kind === "hatch") return hatch(c);
  if (kind === "site") return site(rest, c);
  if (kind === "cluster") return cluster(rest, c);
  if (kind === "point") return point(rest, c);
  return null;
}

function canvas(size, paint) {
  const element = document.createElement("canvas");
  element.width = element.height = size * RATIO;
  const context = element.getContext("2d");
  context.scale(RATIO, RATIO);
  paint(context);
  return { image: context.getImageData(0, 0, size * RATIO, size * RATIO), pixelRatio: RATIO };
}

function hatch(c) {
  return canvas(12, (context) => {
    context.strokeStyle = c.text;
    context.globalAlpha = 0.35;
    context.lineWidth = 2.5;
    for (const shift of [-12, 0, 12]) line(context, [shift, 12], [shift + 12, 0]);
  });
}

function line(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function site(state, c) {
  if (state === "needs_help") {
    return canvas(24, (context) => {
      plate(context, [2, 2, 20, 20], c.severe, c["severe-on"]);
      symbol(context, "i-sos", c["severe-on"], [5, 5, 14]);
    });
  }
  return canvas(14, (context) => {
    if (state === "acknowledged") plate(context, [2, 2, 10, 10], c.text, c.surface, 0);
    else if (state === "no_answer") plate(context, [2.5, 2.5, 9, 9], c.surface, c.text, 1, 2);
    else plate(context, [4, 4, 6, 6], c["text-2"], c.surface, 0);
  });
}

function plate(context, [x, y, w, h], fill, stroke, radius = 4, width = 1.5) {
  context.beginPath();
  context.roundRect(x, y, w, h, radius);
  context.fillStyle = fill;
  context.strokeStyle = stroke;
  context.lineWidth = width;
  context.fill();
  context.stroke();
}

function cluster(count, c) {
  const size = count.length > 2 ? 34 : 28;
  return canvas(size, (context) => {
    plate(context, [2, 2, size - 4, size - 4], c.surface, c.text, 4, 2);
    context.fillStyle = c.text;
    context.font = "600 12px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(count, size / 2, size / 2 + 0.5);
  });
}

function point(kind, c) {
  const open = kind === "camera_open";
  return canvas(26, (context) => {
    context.beginPath();
    context.arc(13, 13, 11, 0, 2 * Math.PI);
    context.fillStyle = open ? c.ink : c.surface;
    context.strokeStyle = open ? c.surface : c["text-2"];
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
    symbol(context, POINT_ICONS[kind] ?? POINT_ICONS.other, open ? c["on-ink"] : c.text, [6, 6, 14]);
  });
}

// The page carries the icon sprite once; its paths are drawn straight onto the canvas.
function symbol(context, id, colour, [x, y, size]) {
  const source = document.getElementById(id);
  if (!source) return;
  context.save();
  context.translate(x, y);
  context.scale(size / 24, size / 24);
  Object.assign(context, { strokeStyle: colour, lineWidth: 2.25, lineCap: "round", lineJoin: "round" });
  for (const path of source.querySelectorAll("path")) context.stroke(new Path2D(path.getAttribute("d")));
  for (const round of source.querySelectorAll("circle, ellipse")) {
    const number = (name, other) => Number(round.getAttribute(name) ?? round.getAttribute(other) ?? 0);
    context.beginPath();
    context.ellipse(number("cx"), number("cy"), number("rx", "r"), number("ry", "r"), 0, 0, 2 * Math.PI);
    context.stroke();
  }
  context.restore();
}
