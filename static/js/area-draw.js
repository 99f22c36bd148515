// Drawing by hand: terra-draw on a MapLibre map, spoken to in the area field's shapes. Knows nothing of the form.
//
// const pen = await startPen(view, {colours, onDrawn(shape), onEdited(id, shape), onRemoved(id)});
// pen.tool("polygon" | "circle" | "point" | "select" | "static"), pen.show(Map of id → shape), pen.recolour(colours)

import { circleOf, circleRing, tidyRing } from "./geometry.js";

/** Fetch terra-draw and start it on a ready map. */
export async function startPen(view, { colours, onDrawn, onEdited, onRemoved }) {
  const map = await view.ready;
  const [kit, { TerraDrawMapLibreGLAdapter }] = await Promise.all([
    import("../vendor/terra-draw.module.js"),
    import("../vendor/terra-draw-maplibre-gl-adapter.module.js"),
  ]);
  let styles = stylesOf(colours);
  const pick = (name) => () => styles[name];
  const look = {
    fillColor: pick("fill"), fillOpacity: pick("fillOpacity"),
    // What is being drawn has an outline always.
    outlineColor: pick("line"), outlineWidth: ({ properties }) => (properties.currentlyDrawing ? 3 : styles.outlineWidth),
    closingPointColor: pick("handle"), closingPointOutlineColor: pick("handleLine"), closingPointWidth: 6, closingPointOutlineWidth: 2,
    pointColor: pick("handleLine"), pointOutlineColor: pick("handle"), pointWidth: 8, pointOutlineWidth: 3,
    coordinatePointColor: pick("handle"), coordinatePointOutlineColor: pick("handleLine"), coordinatePointWidth: 5, coordinatePointOutlineWidth: 2,
  };
  const editable = { feature: { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } } };
  const spot = { feature: { draggable: true } };
  const round = { feature: { draggable: true, coordinates: { resizable: "center-fixed" } } };
  const draw = new kit.TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
    idStrategy: { isValidId: (id) => typeof id === "string", getId: () => crypto.randomUUID() },
    modes: [
      new kit.TerraDrawPolygonMode({ styles: look }),
      new kit.TerraDrawCircleMode({ styles: look, projection: "web-mercator", segments: 64 }),
      new kit.TerraDrawPointMode({ styles: look }),
      new kit.TerraDrawSelectMode({
        flags: { polygon: editable, circle: round, point: spot },
        styles: {
          selectedPointColor: pick("handleLine"), selectedPointOutlineColor: pick("handle"), selectedPointWidth: 9, selectedPointOutlineWidth: 4,
          selectedPolygonColor: pick("fill"), selectedPolygonFillOpacity: pick("fillOpacity"),
          selectedPolygonOutlineColor: pick("line"), selectedPolygonOutlineWidth: 3,
          selectionPointColor: pick("handle"), selectionPointOutlineColor: pick("handleLine"), selectionPointWidth: 7, selectionPointOutlineWidth: 2,
          midPointColor: pick("handleLine"), midPointOutlineColor: pick("handle"), midPointWidth: 4, midPointOutlineWidth: 1,
        },
      }),
    ],
  });
  let showing = false;
  draw.start();
  draw.setMode("static");
  draw.on("finish", (id, { action }) => {
    const feature = draw.getSnapshotFeature(id);
    if (!feature) return;
    if (action === "draw") {
      // The editor keeps the shape under a name of its own and shows it again.
      queueMicrotask(() => {
        if (draw.hasFeature(id)) draw.removeFeatures([id]);
        onDrawn(shapeOf(feature));
      });
    } else {
      onEdited(String(id), shapeOf(feature));
    }
  });
  draw.on("change", (ids, type) => {
    if (type === "delete" && !showing) for (const id of ids) onRemoved(String(id));
  });

  return {
    tool(name) {
      draw.setMode(name);
    },
    /** Draw exactly these shapes; returns the ids that cannot be drawn (they are kept by the editor all the same). */
    show(shapes) {
      showing = true;
      const mode = draw.getMode();
      if (mode === "select") draw.setMode("static");
      draw.clear();
      const results = draw.addFeatures([...shapes].map(([id, shape]) => featureOf(id, shape)));
      if (mode === "select") draw.setMode("select");
      showing = false;
      return results.filter((result) => !result.valid).map((result) => result.id);
    },
    /** Open one shape for moving its corners. */
    edit(id) {
      draw.setMode("select");
      if (draw.hasFeature(id)) draw.selectFeature(id);
    },
    recolour(next) {
      styles = stylesOf(next);
      this.tool(draw.getMode());
    },
    stop() {
      draw.stop();
    },
  };
}

function stylesOf({ fill, line, handle, handleLine, fillOpacity, outlineWidth }) {
  return { fill, line, handle, handleLine, fillOpacity, outlineWidth };
}

function shapeOf({ properties, geometry }) {
  if (geometry.type === "Point") return { type: "Point", coordinates: geometry.coordinates };
  if (properties.mode === "circle") return { type: "Circle", ...circleOf(geometry.coordinates[0]) };
  return { type: "Polygon", coordinates: geometry.coordinates.map(tidyRing) };
}

function featureOf(id, shape) {
  if (shape.type === "Point") return { type: "Feature", id, properties: { mode: "point" }, geometry: shape };
  const circle = shape.type === "Circle";
  const coordinates = circle ? [circleRing(shape.center, shape.radius_m)] : shape.coordinates;
  return {
    type: "Feature",
    id,
    properties: circle ? { mode: "circle", radiusKilometers: shape.radius_m / 1000 } : { mode: "polygon" },
    geometry: { type: "Polygon", coordinates },
  };
}
