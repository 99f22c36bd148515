// The area editor's zones: the list one ticks them in, and how the map shows them. `editor` is the <area-editor>.

/** Fetch the zones, or take them from the page, and list them. */
export async function loadZones(editor) {
  const inline = document.getElementById(editor.dataset.zonesFrom ?? "");
  let collection = inline ? JSON.parse(inline.textContent) : null;
  if (!collection && editor.dataset.zonesUrl && !editor.single) {
    const answer = await fetch(editor.dataset.zonesUrl, { headers: { Accept: "application/json" } }).catch(() => null);
    collection = answer?.ok ? await answer.json() : null;
  }
  editor.zoneFeatures = collection?.features ?? [];
  editor.piece("zones")?.replaceChildren(...editor.zoneFeatures.map((zone) => zoneRow(zone.properties)));
  paintZones(editor);
}

/** Which are chosen: in the list, and on the map. */
export function paintZones(editor) {
  for (const box of editor.querySelectorAll("[data-zone]")) box.checked = editor.zones.has(box.dataset.zone);
  // While another tool is in hand, only those that were chosen: the others would be lines without a meaning.
  const chosen = (zone) => editor.zones.has(String(zone.properties.id));
  const shown = editor.zoneFeatures.filter((zone) => editor.active === "zones" || chosen(zone));
  const features = shown.map((zone) => ({ ...zone, properties: { ...zone.properties, chosen: chosen(zone) } }));
  editor.view?.set("zones", { type: "FeatureCollection", features });
  editor.view?.show("zones", editor.active === "zones" || editor.zones.size > 0);
}

/** Show only those with these letters in their names. */
export function filterZones(editor, text) {
  const wanted = text.trim().toLowerCase();
  for (const row of editor.piece("zones").children) row.hidden = !row.textContent.toLowerCase().includes(wanted);
}

/** A zone's name in the language of the page. */
export const nameOf = ({ name, name_fr }) => (document.documentElement.lang === "fr" && name_fr) || name;

function zoneRow({ id, ...names }) {
  const row = Object.assign(document.createElement("label"), { className: "check" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  box.dataset.zone = id;
  row.append(box, nameOf(names));
  return row;
}
