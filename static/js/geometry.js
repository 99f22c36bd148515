// Small geometry on longitude and latitude: rings, circles, sizes, bounds, and reading pasted GeoJSON.
// Nothing here touches the page or the map. Positions are [longitude, latitude] in degrees, lengths in metres.

const EARTH = 6_371_008.8;
// More than this the server refuses (geo/shapes.py).
const MOST_POINTS = 50_000;
const radians = (degrees) => (degrees * Math.PI) / 180;
const round = (number) => Math.round(number * 1e6) / 1e6;

/** Great-circle distance between two positions. */
export function distance([lon1, lat1], [lon2, lat2]) {
  const a =
    Math.sin(radians(lat2 - lat1) / 2) ** 2 +
    Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** A closed ring of `steps` sides around a centre; counter-clockwise, six decimals. */
export function circleRing([lon, lat], radius, steps = 64) {
  const ring = [];
  for (let i = 0; i < steps; i += 1) {
    const angle = (2 * Math.PI * i) / steps;
    const dLat = ((radius * Math.sin(angle)) / EARTH) * (180 / Math.PI);
    const dLon = ((radius * Math.cos(angle)) / (EARTH * Math.cos(radians(lat)))) * (180 / Math.PI);
    ring.push([round(lon + dLon), round(lat + dLat)]);
  }
  return [...ring, ring[0]];
}

/** The circle a ring was made from: the middle of its corners, and the distance to the first one. */
export function circleOf(ring) {
  const corners = ring.slice(0, -1);
  const middle = [0, 1].map((axis) => corners.reduce((sum, point) => sum + point[axis], 0) / corners.length);
  return { center: middle.map(round), radius_m: Math.round(distance(middle, ring[0])) };
}

/** Size of a polygon's coordinates in square metres, holes taken off. */
export function polygonArea([outer = [], ...holes]) {
  return holes.reduce((sum, ring) => sum - ringArea(ring), ringArea(outer));
}

function ringArea(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length - 1; i += 1) {
    const [lon1, lat1] = ring[i];
    const [lon2, lat2] = ring[i + 1];
    sum += radians(lon2 - lon1) * (2 + Math.sin(radians(lat1)) + Math.sin(radians(lat2)));
  }
  return Math.abs((sum * EARTH * EARTH) / 2);
}

/** Size of any Polygon or MultiPolygon geometry in square metres (parts are added, not merged). */
export function area(geometry) {
  return polygons(geometry).reduce((sum, coordinates) => sum + polygonArea(coordinates), 0);
}

/** Every polygon of a geometry as an array of coordinates; anything that is no area gives none. */
export function polygons(geometry) {
  if (geometry?.type === "Polygon") return [geometry.coordinates];
  if (geometry?.type === "MultiPolygon") return geometry.coordinates;
  if (geometry?.type === "GeometryCollection") return geometry.geometries.flatMap(polygons);
  return [];
}

/** [[west, south], [east, north]] of a geometry, feature or collection; null when it is empty. */
export function bounds(thing) {
  const box = [[Infinity, Infinity], [-Infinity, -Infinity]];
  walk(thing, ([lon, lat]) => {
    box[0] = [Math.min(box[0][0], lon), Math.min(box[0][1], lat)];
    box[1] = [Math.max(box[1][0], lon), Math.max(box[1][1], lat)];
  });
  return Number.isFinite(box[0][0]) ? box : null;
}

/** The northernmost corner of a geometry: where its label stands. */
export function topOf(geometry) {
  let top = null;
  walk(geometry, (position) => {
    if (!top || position[1] > top[1]) top = position;
  });
  return top;
}

function walk(thing, visit) {
  if (!thing) return;
  if (Array.isArray(thing)) {
    if (typeof thing[0] === "number") visit(thing);
    else for (const part of thing) walk(part, visit);
    return;
  }
  walk(thing.features ?? thing.geometries ?? thing.geometry ?? thing.coordinates, visit);
}

/**
 * Shapes of the area field from pasted GeoJSON text, and where an outline had to be closed, if one had.
 * Throws Error with a code: "json", "empty", "many" or "range".
 */
export function shapesFromText(text) {
  let parsed;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error("json");
  }
  const found = collect(parsed);
  if (!found.length) throw new Error("empty");
  if (found.flat().reduce((sum, ring) => sum + ring.length, 0) > MOST_POINTS) throw new Error("many");
  const unclosed = found.flat().find((ring) => tidyRing(ring).length > ring.length)?.at(-1) ?? null;
  const shapes = found.map((coordinates) => ({ type: "Polygon", coordinates: coordinates.map(tidyRing) }));
  for (const shape of shapes) {
    walk(shape.coordinates, ([lon, lat]) => {
      // Latitude first is the usual slip; Toronto's latitude is no possible latitude the other way round.
      if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) throw new Error("range");
    });
    if (shape.coordinates[0].length < 4) throw new Error("empty");
  }
  return { shapes, unclosed };
}

/** Does it lie near this place once latitude and longitude are exchanged, and far from it as it stands? */
export function looksSwapped(shapes, [lon, lat]) {
  const box = bounds({ geometries: shapes });
  const near = ([x, y]) => Math.abs(x - lon) < 5 && Math.abs(y - lat) < 5;
  return !near(box[0]) && near([box[0][1], box[0][0]]);
}

/** The same shapes with latitude and longitude exchanged. */
export function exchange(shapes) {
  return shapes.map((shape) => ({ ...shape, coordinates: shape.coordinates.map((ring) => ring.map(([a, b]) => [b, a])) }));
}

function collect(thing) {
  if (!thing || typeof thing !== "object") return [];
  if (Array.isArray(thing.features)) return thing.features.flatMap(collect);
  if (thing.type === "Feature") return collect(thing.geometry);
  if (Array.isArray(thing.shapes)) return thing.shapes.flatMap(collect);
  const found = polygons(thing);
  return found.every((coordinates) => Array.isArray(coordinates?.[0]?.[0])) ? found : [];
}

/** Six decimals (10 cm) and closed: the same ring the server will read. */
export function tidyRing(ring) {
  const points = ring.map(([lon, lat]) => [round(Number(lon)), round(Number(lat))]);
  const [first, last] = [points[0], points.at(-1)];
  return first[0] === last[0] && first[1] === last[1] ? points : [...points, first];
}
