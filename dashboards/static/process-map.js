// The map answers to pointer and keyboard, shows what is picked, and plays cases along its paths.
"use strict";

const frame = () => document.querySelector(".map-frame");
const parts = () => [...document.querySelectorAll(".map-canvas [data-activity], .map-canvas .edge[data-source][data-target]")];

function addressWith(name, value) {
  const address = new URL(frame().dataset.map, location.href);
  ["pick", "pick_path"].forEach((other) => address.searchParams.delete(other));
  address.searchParams.set(name, value);
  return address.pathname + address.search;
}

function pick(part) {
  document.querySelectorAll(".map-canvas .chosen").forEach((other) => other.classList.remove("chosen"));
  part.classList.add("chosen");
  const address = part.dataset.activity !== undefined
    ? addressWith("pick", part.dataset.activity)
    : addressWith("pick_path", `${part.dataset.source}\u001f${part.dataset.target}`);
  window.htmx.ajax("GET", address, { target: "#picked", select: "#picked", swap: "outerHTML" });
}

// One stop for Tab; the arrow keys go through steps and paths, the nearest in that direction first.
function prepare() {
  const all = parts();
  all.forEach((part, place) => {
    part.setAttribute("tabindex", place ? "-1" : "0");
    part.setAttribute("role", "button");
    part.setAttribute("aria-label", part.querySelector("title").textContent);
  });
  const svg = document.querySelector(".map-canvas svg");
  if (svg) svg.setAttribute("role", "group");
}

function middle(part) {
  const box = part.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

function next(from, key) {
  const [x, y] = middle(from);
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const [right, down] = ways[key];
  let best = null;
  let least = Infinity;
  parts().forEach((part) => {
    const [otherX, otherY] = middle(part);
    const along = (otherX - x) * right + (otherY - y) * down;
    const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
    if (part !== from && along > 1 && along + 2 * aside < least) { best = part; least = along + 2 * aside; }
  });
  return best;
}

document.addEventListener("click", (event) => {
  const part = event.target.closest(".map-canvas [data-activity], .map-canvas .edge[data-source][data-target]");
  if (part) pick(part);
  const zoom = event.target.closest("[data-map-zoom]");
  if (zoom) zoom.setAttribute("aria-pressed", String(frame().classList.toggle("full")));
});
document.addEventListener("keydown", (event) => {
  const part = event.target.closest && event.target.closest(".map-canvas g[tabindex]");
  if (!part) return;
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(part); }
  if (!event.key.startsWith("Arrow")) return;
  const other = next(part, event.key);
  event.preventDefault();
  if (!other) return;
  part.setAttribute("tabindex", "-1");
  other.setAttribute("tabindex", "0");
  other.focus();
});
document.addEventListener("input", (event) => {
  const field = event.target.closest(".map-controls input[type=range]");
  if (field) field.closest(".field").querySelector("output").textContent = `${field.value} %`;
});

// -- playing: a dot for each move of a sampled case, on the path that the move takes, in the time of the log --

const PLAYED_IN = 40; // seconds for the whole log
const POINTS = 28; // samples of a path
let playing = null;

function tracks(arcs, svg) {
  const drawn = new Map([...svg.querySelectorAll(".edge[data-source][data-target]")].map((edge) => [`${edge.dataset.source}\u001f${edge.dataset.target}`, edge]));
  return arcs.map(([source, target]) => {
    const edge = drawn.get(`${source}\u001f${target}`);
    const line = edge && edge.querySelector("path");
    if (!line) return null;
    const group = svg.querySelector("g.graph");
    const [, left, top] = /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(group.getAttribute("transform")).map(Number);
    const length = line.getTotalLength();
    return Array.from({ length: POINTS + 1 }, (_, place) => {
      const point = line.getPointAtLength((length * place) / POINTS);
      return [point.x + left, point.y + top];
    });
  });
}

async function play(button) {
  const svg = document.querySelector(".map-canvas svg");
  const answer = await fetch(button.dataset.tokens);
  if (!answer.ok || !svg) return;
  const flow = await answer.json();
  const canvas = document.createElement("canvas");
  svg.parentElement.append(canvas);
  const clock = document.querySelector(".map-clock");
  clock.hidden = false;
  button.textContent = button.dataset.stop;
  button.setAttribute("aria-pressed", "true");
  playing = { flow, canvas, clock, button, svg, lines: tracks(flow.arcs, svg), begun: performance.now(), first: 0, frames: 0 };
  requestAnimationFrame(step);
}

function stop() {
  if (!playing) return;
  const { canvas, clock, button } = playing;
  playing = null;
  canvas.remove();
  clock.hidden = true;
  button.textContent = button.dataset.play;
  button.removeAttribute("aria-pressed");
}

function step(moment) {
  if (!playing) return;
  if (!playing.canvas.isConnected) { stop(); return; }
  const { flow, canvas, svg, lines, clock } = playing;
  const now = ((moment - playing.begun) / 1000 / PLAYED_IN) * flow.seconds;
  if (now > flow.seconds || !flow.moves.length) { stop(); return; }
  const density = Math.min(2, window.devicePixelRatio || 1);
  const box = svg.getBoundingClientRect();
  if (canvas.width !== Math.round(box.width * density)) {
    canvas.width = Math.round(box.width * density);
    canvas.height = Math.round(box.height * density);
  }
  const scale = canvas.width / Number(svg.getAttribute("viewBox").split(/[ ,]+/)[2]);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#d55e00";
  pen.strokeStyle = "#ffffff";
  for (let place = playing.first; place < flow.moves.length; place += 1) {
    const [arc, from, to] = flow.moves[place];
    if (from > now) break;
    if (to < now) { if (place === playing.first) playing.first += 1; continue; }
    const line = lines[arc];
    if (!line) continue;
    const along = to > from ? ((now - from) / (to - from)) * POINTS : POINTS;
    const [x, y] = line[Math.floor(along)];
    const [nextX, nextY] = line[Math.min(POINTS, Math.floor(along) + 1)];
    const part = along - Math.floor(along);
    pen.beginPath();
    pen.arc((x + (nextX - x) * part) * scale, (y + (nextY - y) * part) * scale, 4.2 * Math.max(scale, density * .7), 0, 7);
    pen.fill();
    pen.stroke();
  }
  clock.textContent = new Date((flow.begins + now) * 1000).toISOString().slice(0, 10);
  playing.frames += 1;
  canvas.dataset.frames = String(playing.frames);
  requestAnimationFrame(step);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-map-play]");
  if (!button) return;
  if (playing) stop();
  else play(button);
});
document.addEventListener("htmx:afterSettle", prepare);
prepare();
