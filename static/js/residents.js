// A text costs money: before one is asked for, this finds a number that makes SHA-256 of "challenge:number" begin with
// so many zero bits. See cityalert/residents/work.py. Without it there is mail.

const zeros = (bytes) => {
  let count = 0;
  for (const byte of bytes) {
    if (byte) return count + Math.clz32(byte) - 24;
    count += 8;
  }
  return count;
};

async function solve(challenge, bits) {
  const encoder = new TextEncoder();
  for (let number = 0; ; number += 1) {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${number}`));
    if (zeros(new Uint8Array(digest)) >= bits) return number;
  }
}

for (const field of document.querySelectorAll("[data-work]")) {
  const { form } = field;
  form.addEventListener("submit", async (event) => {
    if (field.value || new FormData(form).get("channel") !== "sms" || !window.crypto?.subtle) return;
    event.preventDefault();
    form.setAttribute("aria-busy", "true");
    field.value = await solve(field.dataset.work, Number(field.dataset.bits));
    form.submit();
  });
}
