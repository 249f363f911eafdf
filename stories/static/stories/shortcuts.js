// Single keys, off while somebody types and off for good when they say so. They move; Enter acts.
"use strict";

const help = document.getElementById("desk-help");
const toggle = document.getElementById("desk-shortcuts");
const OFF = "desk-shortcuts-off";
const VERBS = { p: "propose", c: "confirm", r: "return", d: "dispute", f: "refute", x: "withdraw" };

function isTyping(target) {
  return target.isContentEditable || (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"));
}

function step(by) {
  const rows = [...document.querySelectorAll("#result_list a.desk-row-link, .desk-front li > a")];
  const at = rows.indexOf(document.activeElement);
  rows[at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

function goTo(element) {
  if (element) {
    element.closest("details")?.setAttribute("open", "");
    element.focus();
    element.scrollIntoView({ block: "center" });
  }
}

function press(key) {
  const form = document.getElementById("decide");
  const text = document.querySelector("#article-text[tabindex]");
  if (key === "?") {
    help.showModal();
  } else if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
  } else if (key === "h") {
    document.querySelector("#site-name a")?.click();
  } else if (key === "n" && document.querySelector("a[data-next]")) {
    document.querySelector("a[data-next]").click();
  } else if (text && key === "t") {
    text.focus();
  } else if (form && key === "w") {
    goTo(form.elements.wording);
  } else if (form && key === "e") {
    goTo(form.elements.rationale);
  } else if (form && key in VERBS) {
    goTo(form.querySelector(`button[data-verb="${VERBS[key]}"]:enabled`));
  } else {
    return false;
  }
  return true;
}

if (help && toggle) {
  toggle.checked = localStorage.getItem(OFF) === null;
  toggle.addEventListener("change", () => {
    if (toggle.checked) {
      localStorage.removeItem(OFF);
    } else {
      localStorage.setItem(OFF, "1");
    }
  });
  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.defaultPrevented;
    // The help itself opens always, so that whoever turned shortcuts off can turn them on.
    if (isPlain && !help.open && !isTyping(event.target) && (toggle.checked || event.key === "?") && press(event.key)) {
      event.preventDefault();
    }
  });
}
