// Typed text survives an expired session, a lost connection or a closed window: every form with data-draft is kept
// in this browser until it is recorded.
"use strict";

const PREFIX = "retrofit-draft:";
const KEPT_DAYS = 14;

function draftKey(form) { return PREFIX + form.dataset.draft; }

function typedIn(form) {
  return [...new FormData(form).entries()].filter(([name, value]) => typeof value === "string" && name !== "csrf");
}

function keep(form) {
  try {
    localStorage.setItem(draftKey(form), JSON.stringify({ at: Date.now(), typed: typedIn(form) }));
  } catch { /* a full or forbidden store keeps nothing */ }
}

function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(draftKey(form)) || "null");
  } catch {
    return null;
  }
}

function fill(form, typed) {
  const wanted = new Map();
  typed.forEach(([name, value]) => wanted.set(name, [...(wanted.get(name) || []), value]));
  addMissingRows(form, wanted);
  [...form.elements].forEach((field) => {
    if (!field.name || field.type === "file" || field.type === "hidden" || field.name === "csrf") return;
    const values = wanted.get(field.name) || [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values.shift();
  });
}

function addMissingRows(form, wanted) {
  form.querySelectorAll("[data-next]").forEach((rows) => {
    const pattern = new RegExp(`^${rows.dataset.field}\\.(\\d+)[.]?`);
    const numbers = [...wanted.keys()].map((name) => pattern.exec(name)).filter(Boolean).map((found) => Number(found[1]));
    const most = Math.max(-1, ...numbers);
    while (Number(rows.dataset.next) <= most) window.retrofitAddRow(rows, false);
  });
}

function offer(form) {
  const draft = kept(form);
  if (!draft || form.dataset.answered === "422") return;
  if (Date.now() - draft.at > KEPT_DAYS * 86400000) { localStorage.removeItem(draftKey(form)); return; }
  if (JSON.stringify(draft.typed) === JSON.stringify(typedIn(form))) return;
  const before = typedIn(form);
  fill(form, draft.typed);
  const said = document.createElement("p");
  said.className = "notice";
  said.setAttribute("role", "status");
  said.append(document.body.dataset.kept, " ");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "plain";
  discard.textContent = document.body.dataset.discard;
  discard.addEventListener("click", () => {
    localStorage.removeItem(draftKey(form));
    fill(form, before);
    said.remove();
  });
  said.append(discard);
  form.prepend(said);
}

document.addEventListener("DOMContentLoaded", () => {
  // The page after a deed says what was recorded: its draft is over.
  const done = document.querySelector("[data-draft-done]");
  if (done) localStorage.removeItem(PREFIX + done.dataset.draftDone);
  document.querySelectorAll("form[data-draft]").forEach(offer);
});
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) keep(form);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) keep(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  keep(form);
  if (!navigator.onLine) {
    event.preventDefault();
    window.retrofitTell(document.body.dataset.offline, "alarm");
  }
});
window.addEventListener("offline", () => window.retrofitTell(document.body.dataset.offline, "alarm"));
window.addEventListener("online", () => document.getElementById("told").replaceChildren());
