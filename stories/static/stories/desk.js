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

// ---- What was typed outlives a closed tab, an expired session and a slip -------------------------------------

const KEPT = "desk-typed:";
const SENT = "desk-sent";

// What was sent and accepted need not be kept; the page after it says so.
if (document.querySelector(".messagelist .success, .messagelist .info") && sessionStorage.getItem(SENT)) {
  sessionStorage.removeItem(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
}

function typedIn(form) {
  return [...form.querySelectorAll("textarea, input[type=text]")]
    .filter((field) => field.name)
    .map((field) => [field.name, field.value]);
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
    for (const [name, value] of typed) {
      if (form.elements[name]) {
        form.elements[name].value = value;
      }
    }
    sessionStorage.removeItem(key);
    note.remove();
  });
  note.append(back);
  form.prepend(note);
}

for (const form of document.querySelectorAll("form[data-guard]")) {
  const key = KEPT + location.pathname + (form.id || form.getAttribute("action") || "");
  const first = JSON.stringify(typedIn(form));
  const earlier = sessionStorage.getItem(key);
  let leaving = false;
  if (earlier && earlier !== first && !document.querySelector(".desk [role=alert]")) {
    offerBack(form, key, JSON.parse(earlier));
  }
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(typedIn(form))));
  form.addEventListener("submit", () => {
    leaving = true;
    sessionStorage.setItem(SENT, key);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && JSON.stringify(typedIn(form)) !== first) {
      event.preventDefault();
    }
  });
}
