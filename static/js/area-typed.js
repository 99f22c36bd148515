// What is typed into the area editor instead of drawn: GeoJSON, a file, an address. `editor` is the <area-editor>.

import { exchange, looksSwapped, shapesFromText } from "./geometry.js";
import { icon } from "./map.js";

/** What was pasted; `exchanged`: with latitude and longitude exchanged, because somebody said so. */
export function paste(editor, exchanged = false) {
  const box = editor.piece("paste");
  editor.piece("swap").hidden = true;
  try {
    const { shapes, unclosed } = shapesFromText(box.value);
    if (!exchanged && looksSwapped(shapes, editor.center)) {
      editor.piece("swap").hidden = false;
      return editor.complain(editor.words.swapped);
    }
    editor.add(exchanged ? exchange(shapes) : shapes);
    box.value = "";
    if (unclosed) {
      editor.complain(editor.words.closed);
      editor.view?.pin(exchanged ? [unclosed[1], unclosed[0]] : unclosed.slice(0, 2), editor.words.closed);
    }
  } catch (fault) {
    editor.complain(editor.words[`bad_${fault.message}`] ?? editor.words.bad_json);
    box.focus();
  }
}

/** A file is read into the box, and taken from there. */
export async function upload(editor, input) {
  const [file] = input.files;
  if (!file) return;
  const text = file.size <= 1_048_576 ? await file.text() : "";
  input.value = "";
  if (!text.trim() || text.includes("\uFFFD")) return editor.complain(editor.words.bad_file);
  editor.piece("paste").value = text;
  paste(editor);
}

/** Look up the address in the box, or take the two numbers that stand there. */
export async function search(editor) {
  const text = editor.piece("address").value.trim();
  if (!text) return;
  const pair = /^(-?\d+(?:\.\d+)?)[,\s]+(-?\d+(?:\.\d+)?)$/.exec(text);
  if (pair) {
    // People write latitude first; only one order can be near the city.
    const [first, second] = [Number(pair[1]), Number(pair[2])];
    editor.place(first < second ? [first, second] : [second, first]);
    return;
  }
  const hits = editor.piece("hits");
  const results = await ask(editor, text);
  if (!results) return editor.complain(editor.words.no_search);
  editor.complain(results.length ? "" : editor.words.nothing_found);
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

async function ask(editor, text) {
  try {
    const url = new URL(editor.dataset.geocodeUrl, location.href);
    url.searchParams.set("q", text);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
