// The strip of all T steps: how long the state is and, on a log scale, how much gradient reaches it, as far as the
// pass has come. The window on it holds the steps that are drawn below; it is dragged, or moved with the arrow keys.

import { grown, pointed, prepare, say, write } from "./canvas.js";
import { element } from "./page.js";
import { clamp, decadesOf, logLevel, powerOf } from "./scales.js";
import { fill } from "./sentences.js";
import { knownAt } from "./unrolled_phases.js";
import { normsOf, startAround, stepsPerColumn, strongestOf } from "./unrolled_window.js";

/** @import { Strings, Pen } from "./types.js" */
/** @import { UnrolledLayer, UnrolledView } from "./unrolled_types.js" */

export const LABELS = 34; // px on the left of all rows, for their names

/** @param {Strings} S */
export function buildOverview(S) {
  const canvas = element("canvas", { "aria-hidden": "true" }); // the slider says what it shows
  const slider = element(
    "div",
    { class: "overview", role: "slider", tabindex: "0", "aria-label": S.window },
    canvas,
  );
  const scale = element("span", { class: "scale" });
  const shown = element("b", { class: "shown" });
  const follow = element("button", { type: "button", class: "follow" }, S.follow);
  return { canvas, slider, scale, shown, follow };
}

/**
 * @param {UnrolledView} view
 * @param {ReturnType<typeof buildOverview>} parts
 * @param {() => void} draw
 */
export function wireOverview(view, { canvas, slider, follow }, draw) {
  /** @param {number} start */
  const moveTo = start => {
    const T = view.header.symbols.length;
    view.held = true;
    view.window.start = clamp(Math.round(start), 0, T - view.window.count);
    draw();
  };
  /** @param {PointerEvent} event */
  const stepAt = event => {
    const T = view.header.symbols.length;
    const room = canvas.clientWidth / grown() - LABELS;
    return clamp(((pointed(canvas, event)[0] - LABELS) / room) * T, 0, T - 1e-6);
  };
  let grip = -1; // how far into the window it was taken
  slider.onpointerdown = event => {
    const t = stepAt(event);
    const { start, count } = view.window;
    if (t < start || t >= start + count)
      moveTo(startAround(Math.floor(t), count, view.header.symbols.length));
    grip = t - view.window.start;
    slider.setPointerCapture(event.pointerId);
  };
  slider.onpointermove = event => {
    if (grip >= 0) moveTo(stepAt(event) - grip);
  };
  slider.onpointerup = slider.onpointercancel = () => {
    grip = -1;
  };
  slider.onkeydown = event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { start, count } = view.window;
    /** @type {Record<string, number>} */
    const places = {
      ArrowLeft: start - 1,
      ArrowDown: start - 1,
      ArrowRight: start + 1,
      ArrowUp: start + 1,
      PageUp: start - count,
      PageDown: start + count,
      Home: 0,
      End: view.header.symbols.length,
    };
    if (!(event.key in places)) return;
    event.preventDefault();
    moveTo(places[event.key]);
  };
  follow.onclick = () => {
    view.held = !view.held;
    draw();
  };
  canvas.addEventListener("resized", draw);
}

/**
 * The sizes of the state and of its gradient at every step, found once for each layer.
 * @param {UnrolledLayer} layer
 */
function sizesOf(layer) {
  if (!layer.sizes) {
    const gradients = normsOf(layer.arrays.dh, layer.H);
    const values = normsOf(layer.arrays.h, layer.H);
    layer.sizes = { values, gradients, decades: decadesOf([gradients]) };
  }
  return layer.sizes;
}

/**
 * @param {UnrolledView} view
 * @param {ReturnType<typeof buildOverview>} parts
 */
export function drawOverview(view, parts) {
  const { header, colours: c } = view;
  const { start, count } = view.window;
  const T = header.symbols.length;
  const [x, width, height] = prepare(parts.canvas);
  const wide = Math.max(1, width - LABELS);
  const group = stepsPerColumn(T, wide);
  const sizes = sizesOf(view.layers[view.layer]);
  const each = (wide * group) / T;
  const row = height / 2;
  x.fillStyle = c.soft;
  x.fillRect(LABELS, 0, wide, height);
  const longest = sizes.values.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, b) : a), 0) || 1;
  /** @param {number} v */
  const share = v => (Number.isNaN(v) ? NaN : Math.min(1, v / longest));
  /** @param {number} v */
  const level = v => logLevel(v, sizes.decades);
  const known = [...Array(T).keys()].map(t => knownAt(view, view.layer, t));
  const reached = sizes.values.map((v, t) => (known[t] ? v : 0));
  const returned = sizes.gradients.map((v, t) => (known[t] === "gradients" ? v : 0));
  drawBars(x, strongestOf(reached, group), share, c.muted, c.text, [
    LABELS,
    row - 1,
    each,
    row - 3,
  ]);
  drawBars(x, strongestOf(returned, group), level, c.gradient, c.text, [
    ...[LABELS, height - 1, each, row - 3],
  ]);
  write(x, "‖h‖", 2, row / 2, c.text, 12);
  write(x, "‖dh‖", 2, row * 1.5, c.gradient, 12);
  drawLine(x, LABELS + ((view.now.t + 0.5) * wide) / T, height, c.accent);
  const left = LABELS + (start * wide) / T;
  x.fillStyle = c.background;
  x.globalAlpha = 0.55;
  x.fillRect(LABELS, 0, left - LABELS, height);
  x.fillRect(left + (count * wide) / T, 0, wide, height);
  x.globalAlpha = 1;
  x.strokeStyle = c.accent;
  x.lineWidth = 2;
  x.strokeRect(left + 1, 1, Math.max(4, (count * wide) / T - 2), height - 2);
  sayWindow(view, parts, group);
}

/**
 * @param {Pen} x
 * @param {Float64Array} sizes
 * @param {(size: number) => number} levelOf 0 .. 1
 * @param {string} colour
 * @param {string} lost the colour of what is not a number
 * @param {number[]} place left, base, width of a column, height of the highest
 */
function drawBars(x, sizes, levelOf, colour, lost, [left, base, each, high]) {
  sizes.forEach((size, k) => {
    if (size === 0) return;
    const level = levelOf(size);
    x.fillStyle = Number.isNaN(level) ? lost : colour;
    const height = Number.isNaN(level) ? high : Math.max(1, level * high);
    x.fillRect(left + k * each, base - height, Math.max(0.8, each - (each > 4 ? 1 : 0)), height);
  });
}

/**
 * @param {Pen} x
 * @param {number} at
 * @param {number} height
 * @param {string} colour
 */
function drawLine(x, at, height, colour) {
  x.strokeStyle = colour;
  x.lineWidth = 1.5;
  x.beginPath();
  x.moveTo(at, 0);
  x.lineTo(at, height);
  x.stroke();
}

/**
 * Which steps are drawn below, and what the strip's scale is.
 * @param {UnrolledView} view
 * @param {ReturnType<typeof buildOverview>} parts
 * @param {number} group
 */
function sayWindow(view, { slider, scale, shown, follow }, group) {
  const { strings: S, symbols } = view.header;
  const { start, count } = view.window;
  const T = symbols.length;
  const [top, depth] = sizesOf(view.layers[view.layer]).decades;
  const steps = fill(S["steps shown"], { first: start + 1, last: start + count, T });
  const parts = [fill(S["log scale"], { low: powerOf(top - depth), high: powerOf(top) })];
  if (group > 1) parts.push(fill(S["strongest steps"], { n: group }));
  say(shown, steps);
  say(scale, parts.join(" · "));
  const isWhole = count >= T;
  if (follow.hidden !== isWhole) follow.hidden = isWhole;
  const attributes = {
    "aria-valuemin": "1",
    "aria-valuemax": String(T - count + 1),
    "aria-valuenow": String(start + 1),
    "aria-valuetext": steps,
  };
  for (const [name, value] of Object.entries(attributes))
    if (slider.getAttribute(name) !== value) slider.setAttribute(name, value);
  const pressed = String(!view.held);
  if (follow.getAttribute("aria-pressed") !== pressed) follow.setAttribute("aria-pressed", pressed);
}
