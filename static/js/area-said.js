// The area editor in words: what it says of itself, and the parts of the area as a list with their buttons.

import { area, bounds } from "./geometry.js";
import { icon } from "./map.js";
import { nameOf } from "./area-zones.js";

export const WORDS = {
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

/** Put values into the {names} of a text. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Say under the map how large it is and what it is made of; returns {km2, corners}. */
export function summarise(editor) {
  const lang = document.documentElement.lang || "en";
  const geometry = editor.geometry();
  const km2 = area(geometry) / 1e6;
  const polygons = [...editor.shapes.values()].filter((shape) => shape.type === "Polygon");
  const corners = polygons.reduce((sum, shape) => sum + cornersOf(shape), 0);
  const number = (value, digits) => value.toLocaleString(lang, { maximumFractionDigits: digits });
  const size = fill(editor.words.size, { km2: number(km2, km2 < 1 ? 3 : 2) });
  const points = [...editor.shapes.values()].filter((shape) => shape.type === "Point");
  const parts = [corners && fill(editor.words.corners, { n: corners }), editor.zones.size && fill(editor.words.zones, { n: editor.zones.size })];
  const said = bounds(geometry) || editor.zones.size;
  const sum = points.length ? "" : [size, ...parts.filter(Boolean)].join(" · ");
  editor.piece("summary").textContent = said ? sum : editor.words.empty;
  const drawn = [...editor.shapes].map(([id, shape]) => chip(editor, called(editor, shape), { edit: id, remove: id }));
  const chosen = editor.zoneFeatures.filter((zone) => editor.zones.has(String(zone.properties.id)));
  const named = chosen.map(({ properties }) => chip(editor, nameOf(properties), { unzone: String(properties.id) }));
  editor.piece("shapes").replaceChildren(...drawn, ...named);
  for (const button of editor.querySelectorAll('[data-act="undo"]')) button.disabled = !editor.history.length;
  return { km2, corners };
}

// One part of the area, with its buttons: {act: id}.
function chip(editor, name, acts) {
  const chip = Object.assign(document.createElement("li"), { className: "chip plain" });
  const button = ([act, id]) => {
    const made = Object.assign(document.createElement("button"), { type: "button" });
    Object.assign(made.dataset, { act, id });
    made.setAttribute("aria-label", fill(act === "edit" ? editor.words.edit : editor.words.remove, { name }));
    made.append(icon(act === "edit" ? "i-target" : "i-x", "icon"));
    return made;
  };
  chip.append(name, ...Object.entries(acts).map(button));
  return chip;
}

function called(editor, shape) {
  if (shape.type === "Point") {
    const [lon, lat] = shape.coordinates.map((degrees) => degrees.toFixed(5));
    return fill(editor.words.point, { lat, lon });
  }
  const circle = shape.type === "Circle";
  return fill(circle ? editor.words.circle : editor.words.polygon, { n: circle ? shape.radius_m : cornersOf(shape) });
}

const cornersOf = (shape) => shape.coordinates.reduce((sum, ring) => sum + ring.length - 1, 0);
