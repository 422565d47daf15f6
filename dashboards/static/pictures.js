// Pictures to keep: a drawing on the page painted on a canvas with the page's own fonts, or text as a file.
"use strict";

window.retrofitKeep = function keep(name, content, type) {
  const address = typeof content === "string" && content.startsWith("data:") ? content
    : URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  if (!address.startsWith("data:")) setTimeout(() => URL.revokeObjectURL(address), 10000);
};

// The drawings hold rectangles, lines, polygons, ellipses, paths and texts in translated groups: no more is painted.
window.retrofitPaint = function paint(svg, scale) {
  const [, , width, height] = svg.getAttribute("viewBox").split(/[ ,]+/).map(Number);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, width, height);
  paintAll(pen, svg);
  return canvas;
};

function paintAll(pen, parent) {
  [...parent.children].forEach((part) => {
    pen.save();
    const moved = /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(part.getAttribute("transform") || "");
    if (moved) pen.translate(Number(moved[1]), Number(moved[2]));
    if (part.localName === "g" || part.localName === "a") paintAll(pen, part);
    else if (part.localName === "text") write(pen, part);
    else if (part.localName !== "title" && part.localName !== "defs") shape(pen, part);
    pen.restore();
  });
}

function shape(pen, part) {
  const number = (name) => Number(part.getAttribute(name) || 0);
  const line = new Path2D(part.localName === "path" ? part.getAttribute("d") : undefined);
  if (part.localName === "rect") line.rect(number("x"), number("y"), number("width"), number("height"));
  else if (part.localName === "ellipse") line.ellipse(number("cx"), number("cy"), number("rx"), number("ry"), 0, 0, 7);
  else if (part.localName === "polygon") {
    const points = part.getAttribute("points").trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
    points.forEach(([x, y], place) => (place ? line.lineTo(x, y) : line.moveTo(x, y)));
    line.closePath();
  }
  if (part.localName === "line") { line.moveTo(number("x1"), number("y1")); line.lineTo(number("x2"), number("y2")); }
  if (part.localName === "polyline") part.getAttribute("points").trim().split(/\s+/).map((pair) => pair.split(",").map(Number)).forEach(([x, y], place) => (place ? line.lineTo(x, y) : line.moveTo(x, y)));
  if (part.localName === "circle") line.arc(number("cx"), number("cy"), number("r"), 0, 7);
  const look = getComputedStyle(part);
  if (look.fill !== "none") { pen.fillStyle = look.fill; pen.fill(line); }
  if (look.stroke !== "none") {
    pen.strokeStyle = look.stroke;
    pen.lineWidth = parseFloat(look.strokeWidth);
    pen.lineCap = look.strokeLinecap;
    if (look.strokeDasharray !== "none") pen.setLineDash(look.strokeDasharray.split(/[ ,]+/).map(parseFloat));
    pen.stroke(line);
    if (part.localName === "path" && part.hasAttribute("marker-end")) tip(pen, part, look.stroke);
  }
}

// The head of an arrow, which the drawings leave to a marker.
function tip(pen, path, ink) {
  const length = path.getTotalLength();
  const end = path.getPointAtLength(length);
  const before = path.getPointAtLength(Math.max(0, length - 4));
  pen.setLineDash([]);
  pen.translate(end.x, end.y);
  pen.rotate(Math.atan2(end.y - before.y, end.x - before.x));
  pen.fillStyle = ink;
  pen.fill(new Path2D("M1 0L-8 -4.5L-8 4.5z"));
}

function write(pen, part) {
  const look = getComputedStyle(part);
  const at = [Number(part.getAttribute("x")), Number(part.getAttribute("y"))];
  pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  pen.textAlign = { middle: "center", end: "end" }[look.textAnchor] || "start";
  pen.textBaseline = part.hasAttribute("dy") ? "middle" : "alphabetic";
  pen.fillStyle = look.fill;
  if (look.stroke !== "none") {
    pen.strokeStyle = look.stroke;
    pen.lineWidth = parseFloat(look.strokeWidth);
    pen.lineJoin = "round";
    pen.strokeText(part.textContent, ...at);
  }
  pen.fillText(part.textContent, ...at);
}

// A picture that the page does not show whole stands in it, out of sight, while it is painted.
async function paintedFrom(address) {
  const text = await (await fetch(address)).text();
  const holder = document.createElement("div");
  holder.className = "picture-store";
  holder.append(document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true));
  document.body.append(holder);
  const canvas = window.retrofitPaint(holder.firstElementChild, 2);
  holder.remove();
  return canvas;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-svg-png]");
  if (!button) return;
  const canvas = button.dataset.svgFrom ? await paintedFrom(button.dataset.svgFrom)
    : window.retrofitPaint(button.closest(".sheet, figure").querySelector("svg"), 2);
  canvas.toBlob((blob) => window.retrofitKeep(`${button.dataset.svgPng}.png`, blob));
});
