// Curves over the updates: loss, metric, gradient norm. A click or drag on one scrubs.

import { prepare, say, short, write } from "./canvas.js";
import { drawEndLabels, roomForLabels } from "./curve_labels.js";
import { extremesOf, valueAt } from "./curve_points.js";
import { writeFixed } from "./numbers.js";
import { clamp, decadesBetween, powerOf, roundEnd, tickStep } from "./scales.js";

/** @import { Chart, Curve, Line, Palette, Pen, PlayerView, Point } from "./types.js" */

/** @typedef {Line & { points: Curve, ends: Curve[] }} Drawn a line with its points, and those of its band */
/** @typedef {{ low: number, high: number, log: boolean, level(v: number): number, ticks: number[] }} Scale */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Edges */

const LEFT = 50;
const RIGHT = 8; // where no labels stand beside the plot
const TOP = 8;
const FOOT = 18;
const MAX_LINEAR_RATIO = 20; // values that differ by more are drawn on a logarithmic axis
/** @type {Curve} */
const NO_POINTS = [];

/**
 * @param {PlayerView} view
 * @param {Chart} chart
 */
export function drawCurve(view, chart) {
  const [x, width, height] = prepare(chart.canvas);
  const { run, colours: c } = view;
  const last = Math.max(1, run.frames.length - 1);
  const lines = chart.lines.map(line => ({
    ...line,
    points: run.curves[line.name] || NO_POINTS,
    ends: (line.band || []).map(name => run.curves[name] || NO_POINTS),
  }));
  const scale = scaleOf(
    lines.flatMap(({ points, ends }) => [points, ...ends]),
    chart,
  );
  const marks = chart.marks.filter(([, v]) => scale.level(v) >= 0 && scale.level(v) <= 1);
  const named = chart.areNamed ? lines.filter(({ points }) => points.length) : [];
  const names = [...named.map(({ label }) => label), ...marks.map(([label]) => label)];
  const right = width - Math.max(RIGHT, roomForLabels(x, names, width));
  const edges = { left: LEFT, right, top: TOP, bottom: height - FOOT };
  /** @param {number} k */
  const X = k => LEFT + (k / last) * (edges.right - LEFT);
  /** @param {number} v */
  const Y = v => edges.bottom - clamp(scale.level(v), 0, 1) * (edges.bottom - TOP);
  drawAxis(x, c, edges, scale, chart.unit);
  for (const [, v] of marks) drawMark(x, c, edges, Y(v));
  for (const line of lines)
    if (line.points.length) {
      drawLine(x, line, X, Y, width);
      if (scale.log && extremesOf(line.points).low <= 0) drawZeros(x, line, X, edges.bottom);
    }
  if (chart.best) drawBest(x, c, X(chart.best[0]), Y(chart.best[1]));
  drawCursor(x, c, X(run.position), edges);
  const from = String(run.frames[0].index);
  const to = String(run.frames[run.frames.length - 1].index);
  write(x, from, LEFT, height - 7, c.muted, 12, "center");
  write(x, to, edges.right, height - 7, c.muted, 12, "right");
  const labels = [
    ...named.map(({ label, colour, points }) => {
      const [, end] = points[points.length - 1];
      return { text: label, y: Y(end), colour, weight: 600 };
    }),
    ...marks.map(([text, v]) => ({ text, y: Y(v), colour: c.muted })),
  ];
  drawEndLabels(x, c, labels, { ...edges, left: edges.right, right: width });
  chart.scrub = px => Math.round(clamp((px - LEFT) / (edges.right - LEFT), 0, 1) * last);
  if (!chart.areNamed) sayPresentValues(view, chart);
}

/**
 * Beside the title: a line's name with its value at the update that is shown.
 * @param {PlayerView} view
 * @param {Chart} chart
 */
export function sayPresentValues({ run }, chart) {
  chart.lines.forEach((line, k) => {
    chart.legend[k] ||= appendEntry(chart.note, line.colour);
    const points = run.curves[line.name] || NO_POINTS;
    sayPresent(chart.legend[k], line.label, points, run.position, chart.unit);
  });
}

/**
 * The axis that all points fit on, with round ends: 0 .. 1 for shares, logarithmic where sizes differ by much,
 * else from 0. On a logarithmic one a 0 is drawn as such at its foot.
 * @param {Curve[]} curves
 * @param {{ unit: boolean, signed?: boolean }} chart
 * @returns {Scale}
 */
export function scaleOf(curves, { unit, signed = false }) {
  let low = Infinity;
  let high = -Infinity;
  let least = Infinity;
  for (const points of curves) {
    const extremes = extremesOf(points);
    low = Math.min(low, extremes.low);
    high = Math.max(high, extremes.high);
    least = Math.min(least, extremes.least);
  }
  if (unit || !Number.isFinite(low)) return linearScale(0, 1);
  if (!signed && low >= 0 && high > MAX_LINEAR_RATIO * least) return decadeScale(least, high);
  if (low === 0 && high === 0) return linearScale(0, 1);
  return linearScale(low < 0 ? -roundEnd(-low) : 0, high > 0 ? roundEnd(high) : 0);
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {Scale}
 */
const linearScale = (low, high) => ({
  ...{ low, high, log: false },
  level: v => (v - low) / (high - low),
  ticks: low < 0 && high > 0 ? [low, 0, high] : [low, (low + high) / 2, high],
});

/**
 * @param {number} least
 * @param {number} most
 * @returns {Scale}
 */
function decadeScale(least, most) {
  const [top, decades] = decadesBetween(least, most);
  const bottom = top - decades;
  const step = tickStep([top, decades], 3);
  const ticks = [10 ** bottom];
  for (let d = top; d > bottom; d -= step)
    if (d === top || d - bottom >= 0.75 * step) ticks.push(10 ** d);
  return {
    ...{ low: 10 ** bottom, high: 10 ** top, log: true, ticks },
    level: v => (Math.log10(v) - bottom) / decades,
  };
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {Edges} edges
 * @param {Scale} scale
 * @param {boolean} unit
 */
function drawAxis(x, c, { left, right, top, bottom }, scale, unit) {
  x.strokeStyle = c.line;
  x.lineWidth = 1;
  for (const value of scale.ticks) {
    const y = bottom - scale.level(value) * (bottom - top);
    x.beginPath();
    x.moveTo(left, y);
    x.lineTo(right, y);
    x.stroke();
    const label = unit ? `${Math.round(value * 100)} %` : labelOf(value, scale);
    write(x, label, left - 6, y, c.muted, 12, "right");
  }
}

/**
 * @param {number} value
 * @param {Scale} scale
 */
const labelOf = (value, { log }) => (log ? powerOf(Math.round(Math.log10(value))) : short(value));

/**
 * What a naive predictor reaches, dotted.
 * @param {Pen} x
 * @param {Palette} c
 * @param {Edges} edges
 * @param {number} y
 */
function drawMark(x, c, { left, right }, y) {
  x.strokeStyle = c.muted;
  x.lineWidth = 1;
  x.setLineDash([2, 4]);
  x.beginPath();
  x.moveTo(left, y);
  x.lineTo(right, y);
  x.stroke();
  x.setLineDash([]);
}

/**
 * @param {Pen} x
 * @param {Drawn} line
 * @param {(k: number) => number} X
 * @param {(v: number) => number} Y
 * @param {number} width px
 */
function drawLine(x, { points, ends: [low, high], colour, wide, dots }, X, Y, width) {
  x.strokeStyle = x.fillStyle = colour;
  if (low?.length && high) {
    x.globalAlpha = 0.2;
    x.beginPath();
    for (const [k, v] of thinCurve(high, width)) x.lineTo(X(k), Y(v));
    for (const [k, v] of [...thinCurve(low, width)].reverse()) x.lineTo(X(k), Y(v));
    x.fill();
    x.globalAlpha = 1;
  }
  x.lineWidth = wide;
  x.beginPath();
  for (const [k, v] of thinCurve(points, width)) x.lineTo(X(k), Y(v));
  x.stroke();
  if (points.length > 1 && (!dots || points.length >= 80)) return;
  for (const [k, v] of points) {
    x.beginPath();
    x.arc(X(k), Y(v), 2.5, 0, 7);
    x.fill();
  }
}

/**
 * Rings at the foot of a logarithmic axis, where a curve is 0.
 * @param {Pen} x
 * @param {Drawn} line
 * @param {(k: number) => number} X
 * @param {number} bottom
 */
function drawZeros(x, { points, colour }, X, bottom) {
  x.strokeStyle = colour;
  x.lineWidth = 1.2;
  for (const [k, v] of points) {
    if (v > 0) continue;
    x.beginPath();
    x.arc(X(k), bottom, 2.5, 0, 7);
    x.stroke();
  }
}

/**
 * A ring around the best point so far.
 * @param {Pen} x
 * @param {Palette} c
 * @param {number} left
 * @param {number} top
 */
function drawBest(x, c, left, top) {
  x.strokeStyle = c.text;
  x.lineWidth = 1.5;
  x.beginPath();
  x.arc(left, top, 5.5, 0, 2 * Math.PI);
  x.stroke();
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {number} at
 * @param {Edges} edges
 */
function drawCursor(x, c, at, { top, bottom }) {
  x.strokeStyle = c.text;
  x.globalAlpha = 0.6;
  x.lineWidth = 1.5;
  x.beginPath();
  x.moveTo(at, top - 4);
  x.lineTo(at, bottom + 4);
  x.stroke();
  x.globalAlpha = 1;
}

/**
 * Where points outnumber pixels, the smallest and the largest of each pixel: no spike is lost.
 * @param {Point[]} points
 * @param {number} width px
 */
export function thinCurve(points, width) {
  const every = Math.ceil(points.length / width);
  if (every < 3) return points;
  /** @type {Point[]} */
  const extremes = [];
  for (let j = 0; j < points.length; j += every) {
    let low = points[j];
    let high = low;
    for (let i = j + 1; i < Math.min(points.length, j + every); i++) {
      if (points[i][1] < low[1]) low = points[i];
      if (points[i][1] > high[1]) high = points[i];
    }
    extremes.push(...(low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low]));
  }
  return extremes;
}

/**
 * @param {HTMLElement} note
 * @param {string} colour
 * @returns {[entry: HTMLElement, text: HTMLElement]}
 */
function appendEntry(note, colour) {
  const entry = document.createElement("span");
  const mark = document.createElement("i");
  const text = document.createElement("span");
  entry.className = "entry"; // a mark and its words stay on one line
  mark.style.background = colour;
  entry.append(mark, text);
  note.append(entry);
  return [entry, text];
}

/**
 * @param {[entry: HTMLElement, text: HTMLElement]} shown
 * @param {string} label
 * @param {Curve} points
 * @param {number} position
 * @param {boolean} unit
 */
function sayPresent([entry, text], label, points, position, unit) {
  const now = valueAt(points, position);
  entry.hidden = !points.length;
  if (now === null) say(text, `${label} `);
  else say(text, `${label} ${unit ? `${writeFixed(now * 100, 1)} %` : short(now)}`);
}
