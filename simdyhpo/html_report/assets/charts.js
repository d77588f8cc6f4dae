// A figure of curves becomes a chart: values where one points, methods hidden by a press, zoom, PNG and CSV.
// Without this script, or in a browser that can't unpack the curves, the figure's picture stays.
(function () {
  "use strict";

  const STEPS = uPlot.paths.stepped({ align: 1 });
  const BAND = "22"; // how opaque a band is, behind a colour
  const ZOOM = 2;
  const HEIGHT = 320;

  function element(tag, settings, ...children) {
    const made = Object.assign(document.createElement(tag), settings);
    made.append(...children);
    return made;
  }

  async function unpacked(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  function save(name, blob) {
    const link = element("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function number(value) {
    if (value === null || value === undefined) return "";
    return value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  }

  // The first digit of a number of one digit, else null.
  function onlyDigit(value) {
    const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
    return Math.abs(first - Math.round(first)) < 1e-6 ? Math.round(first) : null;
  }

  // What a logarithmic axis names: 1, 2 and 5 times the powers of ten; all digits where these are few.
  function named(values) {
    const few = values.filter((value) => [1, 2, 5].includes(onlyDigit(value))).length < 3;
    return values.map((value) => (few ? onlyDigit(value) : [1, 2, 5].includes(onlyDigit(value))) ? value : null);
  }

  // A curve's mean with its interval, as it is read.
  function words(curve, at) {
    if (at === null || curve.mean[at] === null) return "\u2013";
    const band = curve.low ? ` [${number(curve.low[at])}, ${number(curve.high[at])}]` : "";
    return number(curve.mean[at]) + band;
  }

  class Chart {
    constructor(figure, curves) {
      this.title = figure.dataset.title;
      this.curves = curves;
      this.hidden = new Set();
      this.at = curves.first;
      this.stage = element("div", { className: "plot" });
      this.axes = curves.axes.map((axis, at) => this.button(axis.name, () => this.show(at)));
      this.axes.forEach((one) => { one.dataset.axis = ""; });
      const group = element("span", { className: "choice" }, ...(this.axes.length > 1 ? this.axes : []));
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", "Horizontal axis");
      this.box = element("div", { className: "chart" }, element("div", { className: "tools-of-chart" },
        group,
        this.button("+", () => this.zoom(1 / ZOOM), "Zoom in", "in"),
        this.button("\u2212", () => this.zoom(ZOOM), "Zoom out", "out"),
        this.button("Whole", () => this.whole(), "Show the whole axis", "whole"),
        this.button("PNG", () => this.png(), "Download as PNG", "png"),
        this.button("CSV", () => this.csv(), "Download the values as CSV", "csv"),
      ), this.stage);
      figure.prepend(this.box);
      figure.classList.add("live");
      figure.chart = this;
      this.show(this.at);
      new ResizeObserver(() => {
        const width = this.stage.clientWidth;
        if (width && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
      }).observe(this.stage);
    }

    button(text, action, title, name) {
      const made = element("button", { type: "button", className: "plain-button", textContent: text });
      if (title) made.title = title;
      if (title) made.setAttribute("aria-label", title);
      if (name) made.dataset.chart = name;
      made.addEventListener("click", action);
      return made;
    }

    show(at) {
      const axis = this.curves.axes[at];
      this.at = at;
      this.axes.forEach((one, place) => one.setAttribute("aria-pressed", String(place === at)));
      if (this.plot) this.plot.destroy();
      const positive = axis.curves.flatMap((curve) => curve.mean).filter((value) => value > 0);
      const bottom = 0.7 * Math.min(...positive, 1);
      // Nothing at or below zero is on a logarithmic axis: it runs along the bottom.
      const drawn = (values) => values && values.map((value) => value === null ? null : Math.max(value, bottom));
      const data = [axis.x];
      const series = [{ label: axis.label, value: (_, value) => value === null ? "\u2013" : number(value) }];
      const bands = [];
      axis.curves.forEach((curve, place) => {
        const method = this.curves.methods[place];
        const look = { stroke: method.colour, width: 2, dash: method.dashes, paths: STEPS, points: { show: false } };
        const show = !this.hidden.has(place);
        series.push({ ...look, label: method.name, show, value: (_, value, __, index) => words(curve, index) });
        data.push(drawn(curve.mean));
        if (!curve.low) return;
        bands.push({ series: [data.length + 1, data.length], fill: method.colour + BAND });
        for (const edge of [curve.low, curve.high]) {
          series.push({ ...look, label: method.name, show, width: 0, class: "edge" });
          data.push(drawn(edge));
        }
      });
      this.plot = new uPlot(this.settings(axis, series, bands, bottom), data, this.stage);
      this.legend();
    }

    settings(axis, series, bands, bottom) {
      const ink = { stroke: "#18202b", grid: { stroke: "#e4e4e4", width: 1 }, ticks: { stroke: "#c4ccd6", width: 1 } };
      const text = (_, values) => values.map((value) => value === null ? null : number(value));
      const round = (_, values) => named(values);
      return {
        width: this.stage.clientWidth || 600,
        height: HEIGHT,
        series,
        bands,
        scales: {
          x: { time: false, distr: axis.log ? 3 : 1, range: (_, low, high) => [low, high] },
          y: { distr: 3, range: (_, low, high) => low === null ? [bottom, 1] : [Math.max(0.94 * low, bottom), high * 1.06] },
        },
        axes: [
          { ...ink, label: axis.label, values: text, size: 34, labelSize: 24, ...(axis.log && { filter: round }) },
          { ...ink, label: this.curves.label, values: text, size: 58, labelSize: 22, filter: round },
        ],
        cursor: { drag: { x: true, y: false, dist: 5 }, points: { size: (plot, at) => plot.series[at].class ? 0 : 6 } },
        legend: { markers: { width: 3, dash: (plot, at) => plot.series[at].dash?.length ? "dashed" : "solid" } },
        hooks: { setSeries: [(plot, place) => this.follow(plot, place)] },
      };
    }

    // A hidden method stays hidden on the other axis, and takes its band with it.
    follow(plot, place) {
      if (place === null || !plot.series[place].paths || plot.series[place].class) return;
      const method = this.curves.methods.findIndex((one) => one.name === plot.series[place].label);
      const show = plot.series[place].show;
      if (show) this.hidden.delete(method);
      else this.hidden.add(method);
      for (const edge of [place + 1, place + 2]) {
        if (plot.series[edge] && plot.series[edge].class) plot.setSeries(edge, { show }, false);
      }
      this.pressed();
    }

    // The legend's entries as buttons, for the keyboard, too.
    legend() {
      this.entries = [...this.stage.querySelectorAll(".u-series:not(.edge) th")].slice(1);
      this.entries.forEach((entry) => {
        entry.tabIndex = 0;
        entry.setAttribute("role", "button");
        entry.title = "Hide or show";
        entry.addEventListener("keydown", (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            entry.click();
          }
        });
      });
      this.pressed();
    }

    pressed() {
      this.entries.forEach((entry, place) => entry.setAttribute("aria-pressed", String(!this.hidden.has(place))));
    }

    whole() {
      const x = this.curves.axes[this.at].x;
      this.plot.setScale("x", { min: x[0], max: x[x.length - 1] });
    }

    zoom(factor) {
      const axis = this.curves.axes[this.at];
      const [to, from] = axis.log ? [Math.log, Math.exp] : [(value) => value, (value) => value];
      const { min, max } = this.plot.scales.x;
      const [first, last] = [axis.x[0], axis.x[axis.x.length - 1]];
      const middle = (to(min) + to(max)) / 2;
      const half = factor * (to(max) - to(min)) / 2;
      const low = Math.max(from(middle - half), first);
      const high = Math.min(from(middle + half), last);
      if (high > low) this.plot.setScale("x", { min: low, max: high });
    }

    get name() {
      const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
      return `${slug(this.title)}-${slug(this.curves.axes[this.at].name)}`;
    }

    shown() {
      return this.curves.methods.map((method, place) => ({ ...method, place })).filter((one) => !this.hidden.has(one.place));
    }

    // The chart with its title and legend, as large as it is on the screen.
    png() {
      const from = this.plot.ctx.canvas;
      const unit = from.width / this.plot.width;
      const line = 20 * unit;
      const canvas = element("canvas", { width: from.width });
      const pen = canvas.getContext("2d");
      const small = `${13 * unit}px system-ui, sans-serif`;
      pen.font = small;
      let [x, y] = [0, 0];
      const entries = this.shown().map((method) => {
        const wide = pen.measureText(method.name).width + 52 * unit;
        if (x && x + wide > from.width) [x, y] = [0, y + line];
        const place = { method, x, y };
        x += wide;
        return place;
      });
      const top = 30 * unit;
      canvas.height = top + y + line + from.height;
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.textBaseline = "middle";
      pen.fillStyle = "#18202b";
      pen.font = `600 ${15 * unit}px system-ui, sans-serif`;
      pen.fillText(this.title, 8 * unit, top / 2);
      pen.font = small;
      for (const entry of entries) {
        const middle = top + entry.y + line / 2;
        pen.strokeStyle = entry.method.colour;
        pen.lineWidth = 2 * unit;
        pen.setLineDash(entry.method.dashes.map((length) => length * unit));
        pen.beginPath();
        pen.moveTo(entry.x + 8 * unit, middle);
        pen.lineTo(entry.x + 36 * unit, middle);
        pen.stroke();
        pen.fillText(entry.method.name, entry.x + 42 * unit, middle);
      }
      pen.drawImage(from, 0, canvas.height - from.height);
      canvas.toBlob((blob) => save(`${this.name}.png`, blob));
    }

    // A line for each method and point, of those that are shown.
    csv() {
      const axis = this.curves.axes[this.at];
      const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
      const lines = [[axis.label, "method", `mean ${this.curves.label}`, "low", "high"].map(quoted).join(",")];
      for (const method of this.shown()) {
        const curve = axis.curves[method.place];
        axis.x.forEach((x, at) => {
          if (curve.mean[at] === null) return;
          const band = curve.low ? [curve.low[at], curve.high[at]] : ["", ""];
          lines.push([x, quoted(method.name), curve.mean[at], ...band].join(","));
        });
      }
      save(`${this.name}.csv`, new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
    }
  }

  if (typeof DecompressionStream === "undefined") return;
  const seen = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach(async ({ target }) => {
      seen.unobserve(target);
      new Chart(target, await unpacked(target.querySelector("script").textContent));
    });
  }, { rootMargin: "200px" });
  document.querySelectorAll("figure[data-title]").forEach((figure) => seen.observe(figure));
})();
