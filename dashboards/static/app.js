// What pages need beyond HTML: typed words settle, terms explain themselves, dialogs open, faults get the focus.
"use strict";

const SETTLES_AFTER = 180; // milliseconds without a key

// A field with data-settles sends the event `settled` once typing pauses, never while a Chinese word is being composed.
document.addEventListener("input", (event) => settleLater(event));
document.addEventListener("compositionend", (event) => settleLater(event));
const waiting = new WeakMap();
function settleLater(event) {
  const field = event.target;
  if (!field.closest || !field.closest("[data-settles]") || (event.type === "input" && event.isComposing)) return;
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(() => {
    field.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
  }, SETTLES_AFTER));
}

// Terms: hover, keyboard focus or a first tap shows the note; Escape hides it; a second tap goes to the glossary.
const notes = new Map();
let box = null;
let shownFor = null;
let touched = false;

async function showNote(term) {
  if (shownFor === term) return;
  hideNote();
  shownFor = term;
  const address = term.dataset.term;
  if (!notes.has(address)) {
    const answer = await fetch(address, { headers: { "hx-request": "true" } }).catch(() => null);
    if (!answer || !answer.ok) { shownFor = null; return; }
    notes.set(address, await answer.text());
  }
  if (shownFor !== term) return;
  box = document.createElement("div");
  box.className = "hover-box";
  box.id = "hover-box";
  box.setAttribute("role", "tooltip");
  box.innerHTML = notes.get(address); // from this server, escaped there
  document.body.append(box);
  term.setAttribute("aria-describedby", box.id);
  const at = term.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8);
  const below = at.bottom + box.offsetHeight + 12 < window.innerHeight;
  box.style.left = `${Math.max(8, left) + window.scrollX}px`;
  box.style.top = `${(below ? at.bottom + 6 : at.top - box.offsetHeight - 6) + window.scrollY}px`;
}

function hideNote() {
  if (shownFor) shownFor.removeAttribute("aria-describedby");
  if (box) box.remove();
  box = null;
  shownFor = null;
}

const termOf = (event) => event.target.closest && event.target.closest("[data-term]");
document.addEventListener("pointerdown", (event) => {
  touched = event.pointerType === "touch";
  if (shownFor && !termOf(event)) hideNote();
});
document.addEventListener("pointerover", (event) => {
  const term = termOf(event);
  if (event.pointerType === "mouse" && term) showNote(term);
});
document.addEventListener("pointerout", (event) => {
  if (event.pointerType === "mouse" && termOf(event)) hideNote();
});
document.addEventListener("focusin", (event) => {
  const term = termOf(event);
  if (term && !touched) showNote(term);
});
document.addEventListener("focusout", (event) => { if (termOf(event) && !touched) hideNote(); });
document.addEventListener("click", (event) => {
  const term = termOf(event);
  if (term && touched && shownFor !== term) {
    event.preventDefault();
    showNote(term);
  }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideNote(); });

// data-opens names a dialog; data-closes closes the one around it; data-checks ticks all boxes of a name.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (event.target.closest("[data-closes]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
});
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-checks]");
  if (all) {
    document.querySelectorAll(`input[name="${all.dataset.checks}"]`).forEach((one) => { one.checked = all.checked; });
  }
  const form = event.target.closest("form[data-submits]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

// A field for files has a button of ours, since the browser's own speaks the browser's language; the names stand beside it.
document.documentElement.classList.add("scripted");
function nameFiles(field) {
  const large = [...field.files].filter((file) => field.dataset.largest && file.size > Number(field.dataset.largest));
  const fault = large.length ? `${large.map((file) => file.name).join(", ")}: ${field.dataset.tooLarge}` : "";
  field.setCustomValidity(fault); // said before megabytes are sent, and again by the server
  const names = document.getElementById(`${field.id}-names`);
  if (!names) return;
  names.textContent = fault || [...field.files].map((file) => file.name).join(", ") || names.dataset.none;
  names.classList.toggle("field-fault", Boolean(fault));
}
document.addEventListener("change", (event) => { if (event.target.matches("input[type=file]")) nameFiles(event.target); });
window.addEventListener("pageshow", () => document.querySelectorAll("input[type=file]").forEach(nameFiles));

// A form that keeps the filters of its page keeps those that are in the address now.
document.addEventListener("submit", (event) => {
  event.target.querySelectorAll("[data-query]").forEach((field) => { field.value = window.location.search.slice(1); });
});

// Rows of a form can be added and taken away; `__n__` in the row's template is its number.
document.addEventListener("click", (event) => {
  const more = event.target.closest("[data-adds]");
  if (more) {
    event.preventDefault();
    addRow(document.getElementById(more.dataset.adds), true);
  }
  const less = event.target.closest("[data-removes]");
  if (less) {
    event.preventDefault();
    const row = less.closest("[data-row]");
    const form = row.closest("form");
    row.remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
function addRow(rows, focus) {
  const number = Number(rows.dataset.next);
  rows.dataset.next = String(number + 1);
  const holder = document.createElement("template");
  holder.innerHTML = rows.querySelector("template").innerHTML.replaceAll("__n__", String(number));
  const row = holder.content.firstElementChild;
  rows.append(row);
  if (window.htmx) window.htmx.process(row);
  if (focus) row.querySelector("input, select, textarea").focus();
  return row;
}
window.retrofitAddRow = addRow;

// What has the focus by keyboard is wholly in sight: browsers are content with a part of it, such as in a row that scrolls.
document.addEventListener("focusin", (event) => {
  if (event.target.matches(":focus-visible")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// Once a form comes back with faults, the first wrong field has the focus.
function focusFault(root) {
  const wrong = root.querySelector("[data-fault-first]") || root.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
}
document.addEventListener("DOMContentLoaded", () => {
  focusFault(document);
  document.querySelectorAll("dialog[data-open]").forEach((dialog) => { if (dialog.showModal) dialog.showModal(); });
});
document.addEventListener("htmx:afterSettle", (event) => focusFault(event.target));

// A lost connection and a fault are said, never silent.
function tell(text, kind) {
  const place = document.getElementById("told");
  const said = document.createElement("p");
  said.className = kind;
  said.textContent = text;
  place.replaceChildren(said);
  place.classList.toggle("stays", kind === "alarm"); // in sight wherever the reader is on the page
}
window.retrofitTell = tell;
document.addEventListener("htmx:sendError", () => tell(document.body.dataset.offline, "alarm"));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) window.location.reload();
  else tell(document.body.dataset.failed, "alarm");
});

// A part with data-folds is one line on a phone; its button unfolds it.
document.addEventListener("click", (event) => {
  const folds = event.target.closest("[data-folds]");
  const button = event.target.closest("[aria-expanded]");
  if (folds && button) button.setAttribute("aria-expanded", String(folds.classList.toggle("unfolded")));
});

// After a deed in a part with data-keeps-place the reader is where they were: at the same row, or at the one in its place.
const PLACE = "retrofit-place";
const rowsOf = (part) => [...part.querySelectorAll("[data-place]")];
document.addEventListener("submit", (event) => {
  const by = event.submitter || document.activeElement;
  const part = by && by.closest("[data-keeps-place]");
  if (!part) return;
  const row = by.closest("[data-place]");
  sessionStorage.setItem(PLACE, JSON.stringify({
    path: window.location.pathname, part: part.id, at: Date.now(), row: row && row.dataset.place,
    number: rowsOf(part).indexOf(row), top: (row || part).getBoundingClientRect().top,
  }));
});
function backToPlace() {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
  sessionStorage.removeItem(PLACE);
  if (!kept || kept.path !== window.location.pathname || Date.now() - kept.at > 30000) return;
  const part = document.getElementById(kept.part);
  if (!part || document.querySelector("[data-fault-first], [aria-invalid=true]")) return;
  const rows = rowsOf(part);
  const row = rows.find((one) => one.dataset.place === kept.row) || rows[Math.min(kept.number, rows.length - 1)] || part;
  const focused = row.querySelector("a[href], button, summary");
  if (focused) focused.focus({ preventScroll: true });
  window.scrollBy(0, row.getBoundingClientRect().top - kept.top);
  document.getElementById("told").classList.add("stays");
}
window.addEventListener("DOMContentLoaded", backToPlace);

// Where a row of places is wider than the window, the one that the reader is at stands in its middle.
document.querySelectorAll(".places ul, .study-tabs").forEach((row) => {
  const here = row.querySelector("[aria-current=page]");
  if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
});

// On a machine without a Chinese font Chromium 156 leaves Chinese that was laid out before ours had come as boxes, and
// remembers them from page to page without asking for the font. So it is asked for here, and all is laid out once more:
// about a thousandth of a pixel between the letters, never the same, does that.
function hasChineseFont() {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "100px sans-serif";
  return pen.measureText("中").width > 90; // a box is narrower
}
function layOutAnew() {
  document.documentElement.style.letterSpacing = `${(1 + Math.random()) / 1000}px`;
}
if (document.fonts && !hasChineseFont()) {
  document.fonts.addEventListener("loadingdone", layOutAnew);
  document.fonts.load("1em 'Noto Sans SC Variable'", document.body.textContent).then(layOutAnew, () => {});
}
