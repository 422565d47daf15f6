// A page that is being worked out: it tells how long that takes, and is shown as soon as it is there.
"use strict";

const waited = document.querySelector("[data-under-way]");
const begun = Date.now() - 1000 * Number(waited.dataset.underWay);
const AGAIN_AFTER = 3000; // milliseconds, where the connection is lost

setInterval(() => {
  const passed = String(Math.round((Date.now() - begun) / 1000));
  waited.querySelector("[data-timer]").textContent = waited.dataset.passed.replace("{n}", passed);
}, 1000);

async function ask() {
  const answer = await fetch(window.location.href, { headers: { "x-under-way": "ask" } }).catch(() => null);
  if (answer && answer.status !== 202) window.location.reload();
  else setTimeout(ask, answer ? 0 : AGAIN_AFTER); // the server takes its time with each answer
}
ask();
