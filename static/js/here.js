// Where this telephone is, for a report: asked only when the button is pressed. See templates/delivery/_report_form.html.

const box = document.querySelector("[data-here]");
const button = box.querySelector("[data-here-ask]");
const said = box.querySelector("[data-here-said]");

function take({ coords }) {
  box.querySelector("[name=lat]").value = coords.latitude.toFixed(6);
  box.querySelector("[name=lon]").value = coords.longitude.toFixed(6);
  said.textContent = said.dataset.added;
}

button.hidden = !navigator.geolocation;
button.addEventListener("click", () => {
  const refused = () => (said.textContent = said.dataset.refused);
  navigator.geolocation.getCurrentPosition(take, refused, { enableHighAccuracy: true, timeout: 15_000 });
});
