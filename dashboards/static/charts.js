// Charts drawn by ECharts from the data that the page carries, in the page's own colours and fonts.
"use strict";

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const tone = (name) => colour(`--tone-${name}`) || colour("--data-1");
const ink = colour("--ink");
const muted = colour("--muted");
const quiet = colour("--line");
const font = style.getPropertyValue("--sans").trim();

function barsOf(chart) {
  const stacked = chart.series.filter((one) => one.tone !== "started");
  return {
    legend: { bottom: 0, icon: "rect", itemWidth: 11, itemHeight: 11, textStyle: { color: muted, fontFamily: font } },
    grid: { left: 8, right: 8, top: 28, bottom: 34, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: { type: "category", data: chart.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: quiet } }, axisLabel: { color: muted, fontFamily: font } },
    yAxis: { type: "value", name: chart.unit, nameTextStyle: { color: muted, align: "left" }, minInterval: 1, splitLine: { lineStyle: { color: quiet } }, axisLabel: { color: muted, fontFamily: font } },
    series: chart.series.map((one) => ({
      name: one.name,
      type: "bar",
      stack: stacked.includes(one) ? "ended" : one.tone,
      barMaxWidth: 22,
      itemStyle: { color: tone(one.tone) },
      data: one.values,
    })),
  };
}

const KINDS = { bars: barsOf };

function optionOf(chart) {
  return { animation: false, textStyle: { fontFamily: font, color: ink }, aria: { enabled: false }, ...KINDS[chart.kind](chart) };
}

function draw(holder) {
  const chart = JSON.parse(holder.dataset.chart);
  const drawn = window.echarts.init(holder);
  drawn.setOption(optionOf(chart));
  drawn.on("click", ({ seriesIndex, dataIndex }) => {
    const address = (chart.series[seriesIndex].addresses || [])[dataIndex];
    if (address) window.location.assign(address);
  });
  new ResizeObserver(() => drawn.resize()).observe(holder);
  const figure = holder.closest("figure");
  const bar = figure.querySelector(".take-away");
  if (bar) bar.hidden = false;
  figure.addEventListener("click", (event) => {
    const kind = event.target.dataset.picture;
    if (kind === "png") window.retrofitKeep(`${chart.name}.png`, drawn.getDataURL({ pixelRatio: 2, backgroundColor: "#fff" }));
    if (kind === "svg") window.retrofitKeep(`${chart.name}.svg`, asSvg(chart, holder), "image/svg+xml");
  });
}

function asSvg(chart, holder) {
  const twin = window.echarts.init(null, null, { renderer: "svg", ssr: true, width: holder.clientWidth, height: holder.clientHeight });
  twin.setOption({ ...optionOf(chart), backgroundColor: "#fff" });
  const text = twin.renderToSVGString();
  twin.dispose();
  return text;
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach((holder) => { if (!window.echarts.getInstanceByDom(holder)) draw(holder); });
// Fonts first, since a canvas does not change its letters once they are drawn.
(document.fonts ? document.fonts.ready : Promise.resolve()).then(drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
