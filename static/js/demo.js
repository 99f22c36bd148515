// The demonstration's list of people: pressing one fills in the form that is there, password or code.
document.addEventListener("click", (event) => {
  const who = event.target.closest("[data-demo-email]")?.dataset;
  if (!who) return;
  const fill = (id, value) => {
    const input = document.getElementById(id);
    if (input) input.value = value;
  };
  fill("id_login", who.demoEmail);
  fill("id_password", who.demoPassword);
  fill("id_code", who.demoCode);
  document.querySelector("main form .primary")?.focus();
});
