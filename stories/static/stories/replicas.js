// Looks again every second until every API database has what was published.
"use strict";

const EVERY = 1000;

async function lookAgain() {
  const shown = document.getElementById("replicas");
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const fresh = page?.getElementById("replicas");
  if (fresh) {
    shown.replaceChildren(...fresh.childNodes);
  }
  if (!fresh || fresh.hasAttribute("data-watch")) {
    setTimeout(lookAgain, EVERY);
  }
}

if (document.querySelector("#replicas[data-watch]")) {
  setTimeout(lookAgain, EVERY);
}
