// Who else has this claim open. The page says so while it is in sight; only this writes, never the page's address.
"use strict";

const others = document.getElementById("open-elsewhere");
const token = document.querySelector("#decide [name=csrfmiddlewaretoken]");
const EVERY = 30_000;

async function sayOpen() {
  if (document.hidden) {
    return;
  }
  try {
    const answer = await fetch(others.dataset.ping, { method: "POST", headers: { "X-CSRFToken": token.value } });
    // An expired session answers with the page to log in.
    if (answer.ok && !answer.redirected) {
      const { words } = await answer.json();
      if (others.textContent !== words) {
        others.textContent = words;
      }
    }
  } catch {
    // Out of reach: what is shown stays, and the next attempt comes by itself.
  }
}

if (others && token) {
  sayOpen();
  setInterval(sayOpen, EVERY);
  document.addEventListener("visibilitychange", sayOpen);
}
