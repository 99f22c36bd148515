// <city-map>: a map whose data is named in attributes. The drawing is in map.js; this only fetches and passes on.
//
//   <city-map class="map" id="…" data-basemap-style="{{ basemap_style_url }}" data-words='{…}'
//     data-alerts-url="…" data-sites-url="…" data-points-url="…"   or data-alerts-from="(id of a json_script)"
//     data-static (a still picture) data-center="-79.3815,43.6487" data-zoom="13"></city-map>
//   <input type="checkbox" data-map-layer="sites" aria-controls="(id)" checked> shows and hides a layer.
//
// document.dispatchEvent(new CustomEvent("map-refresh")) fetches the data again; element.view is the handle of map.js.

import { createMap } from "./map.js";

const LAYERS = ["alerts", "sites", "points", "zones"];

class CityMap extends HTMLElement {
  connectedCallback() {
    const { basemapStyle, words, center, zoom, static: still } = this.dataset;
    const options = { styleUrl: basemapStyle, still: still !== undefined, words: words ? JSON.parse(words) : {} };
    if (center) options.center = center.split(",").map(Number);
    if (zoom) options.zoom = Number(zoom);
    this.view = createMap(this, options);
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("map-refresh", () => this.refresh(), { signal });
    document.addEventListener("change", ({ target }) => {
      if (target.matches?.("[data-map-layer]") && target.getAttribute("aria-controls") === this.id) {
        this.view.show(target.dataset.mapLayer, target.checked);
      }
    }, { signal });
    this.refresh().then(() => center || this.view.fit(this.everything()));
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.view?.remove();
    this.replaceChildren();
  }

  everything() {
    return Object.values(this.view.data);
  }

  /** Read every layer's data again, from its URL or from the page. */
  async refresh() {
    await Promise.all(LAYERS.map(async (name) => {
      const url = this.dataset[`${name}Url`];
      const inline = document.getElementById(this.dataset[`${name}From`] ?? "");
      if (inline) this.view.set(name, JSON.parse(inline.textContent));
      if (!url) return;
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      // What is drawn stays drawn: the live bar already says when the page is out of touch.
      if (answer?.ok) this.view.set(name, await answer.json());
    }));
  }
}

customElements.define("city-map", CityMap);
