// What others do appears without reload: parts of a page with hx-trigger="happened from:body" fetch themselves anew.
// data-live-project on such a part narrows it to one project.
"use strict";

const PAUSE = 400; // milliseconds in which several events make one refreshing

let due = null;
const concerned = new Set();

function heard(event) {
  const happened = JSON.parse(event.data);
  concerned.add(happened.project);
  document.dispatchEvent(new CustomEvent("retrofit:happened", { detail: happened }));
  if (due) return;
  due = setTimeout(() => {
    due = null;
    document.querySelectorAll("[data-live-part]").forEach((part) => {
      const project = part.dataset.liveProject;
      if (project && !concerned.has(project)) return;
      if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
      if (window.htmx) window.htmx.trigger(part, "happened");
    });
    concerned.clear();
  }, PAUSE);
}

// A form says when somebody else has done something to what it is about.
document.addEventListener("retrofit:happened", (event) => {
  document.querySelectorAll("[data-live-item]").forEach((notice) => {
    const { project, activity, occurrence, actor } = event.detail;
    if (notice.dataset.liveItem !== `${project}/${activity}/${occurrence}` || notice.dataset.liveMe === actor) return;
    if (window.htmx) window.htmx.trigger(notice, "happened");
  });
});

if (document.body.dataset.live && window.EventSource) {
  let source = null;
  let address = document.body.dataset.live; // told from what this page knew on
  const listen = () => {
    source = new EventSource(address);
    source.addEventListener("happened", (event) => {
      address = address.replace(/after=\d+/, `after=${event.lastEventId}`);
      heard(event);
    });
  };
  const leave = () => { if (source) source.close(); source = null; };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else if (!source) listen();
  });
  window.addEventListener("pagehide", leave);
  if (!document.hidden) listen();
}
