// Says so beside the button when a passkey was not used: cancelled, timed out, or unknown here.
// allauth's scripts do the rest; a person who presses "Cancel" is no error to be logged.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const fault = document.querySelector("[data-passkey-fault]");
  if (fault) fault.hidden = false;
});
