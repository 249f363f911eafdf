// Habits of the desk: times in the reader's zone, focus on what went wrong, and no typed word lost.
"use strict";

for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.textContent = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
}

// On a telephone a list is shown as cards (desk.css), each value with the name of its column.
const columns = [...document.querySelectorAll("#result_list thead th .text")].map((head) => head.textContent.trim());
for (const row of document.querySelectorAll("#result_list tbody tr")) {
  [...row.cells].forEach((cell, place) => {
    if (cell.tagName === "TD" && columns[place]) {
      cell.dataset.column = columns[place];
    }
  });
}

document.querySelector(".desk [role=alert]")?.focus();

// A wording that is offered is taken as it is, to be changed or not.
for (const offer of document.querySelectorAll("button[data-fills]")) {
  offer.addEventListener("click", () => {
    const field = document.getElementById(offer.dataset.fills);
    field.value = offer.dataset.words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

// ---- What was typed outlives a closed tab, an expired session and a slip -------------------------------------

const KEPT = "desk-typed:";
const SENT = "desk-sent";

// What was sent and accepted need not be kept; the page after it says so.
if (document.querySelector(".messagelist .success, .messagelist .info") && sessionStorage.getItem(SENT)) {
  sessionStorage.removeItem(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
}

// Everything that a person types, ticks or chooses; never a password, a file or what the page says itself.
const TYPED = "textarea, select, input[type=text], input[type=number], input[type=url]";
const TICKED = "input[type=checkbox], input[type=radio]";

function typedIn(form) {
  const fields = [...form.elements].filter((field) => field.name && !field.closest(".selector"));
  const typed = fields.filter((field) => field.matches(TYPED) && !field.multiple).map((field) => [field.name, field.value]);
  const ticked = fields.filter((field) => field.matches(TICKED)).map((field) => [field.name, field.value, field.checked]);
  return [...typed, ...ticked];
}

// What tells one field from another: its name; of boxes and choices, which share theirs, what it stands for as well.
function fieldOf([name, value, checked]) {
  return checked === undefined ? name : `${name}=${value}`;
}

function putBack(form, typed) {
  for (const [name, value, checked] of typed) {
    for (const field of [...form.elements].filter((one) => one.name === name)) {
      if (checked === undefined) {
        field.value = value;
      } else if (field.value === value) {
        field.checked = checked;
      }
    }
  }
}

function offerBack(form, key, typed) {
  const note = document.createElement("p");
  const back = document.createElement("button");
  note.className = "desk-warning";
  note.setAttribute("role", "status");
  note.textContent = "Words that you typed here earlier were not sent. ";
  back.type = "button";
  back.textContent = "Put them back";
  back.addEventListener("click", () => {
    putBack(form, typed);
    sessionStorage.removeItem(key);
    note.remove();
  });
  note.append(back);
  form.prepend(note);
}

// The forms that stock admin brings have ids like source_form.
for (const form of document.querySelectorAll("form[data-guard], .change-form #content-main > form[id$=_form]")) {
  const key = KEPT + location.pathname + (form.id || form.getAttribute("action") || "");
  const first = new Map(typedIn(form).map((one) => [fieldOf(one), JSON.stringify(one)]));
  const earlier = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  const answered = document.querySelector(".desk [role=alert], .errornote") !== null;
  // Kept is what the person touched and nothing else: put back into a form that somebody changed, the rest would undo that.
  const touched = new Set(answered ? earlier.map(fieldOf) : []);
  const differs = (one) => first.get(fieldOf(one)) !== JSON.stringify(one);
  const changed = () => typedIn(form).filter((one) => touched.has(fieldOf(one)) || differs(one));
  let leaving = false;
  if (earlier.some(differs) && !document.querySelector(".desk [role=alert]")) {
    offerBack(form, key, earlier);
  }
  // Heard on the page: a box outside the form may belong to it.
  document.addEventListener("input", (event) => event.target.form === form && sessionStorage.setItem(key, JSON.stringify(changed())));
  form.addEventListener("submit", () => {
    leaving = true;
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && typedIn(form).some(differs)) {
      event.preventDefault();
    }
  });
}
