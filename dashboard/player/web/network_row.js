// The unrolled network on the time axis: a circle for each step, its symbol, and the gradient that flows back.

import { prepare, write } from "./canvas.js";
import { carrierOf } from "./gradient_axis.js";
import { logLevel, signedOf } from "./scales.js";
import { stepsToName } from "./step_names.js";
import { centre, isReversed, isUnseen } from "./time_axis.js";

/** @import { Decades, LayerFrame, Layout, Pen, RecordedFrame, RunView } from "./types.js" */

const FINE = 1.2; // px: a line

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function drawNetwork(view, canvas, { T, axis }, trace, { symbols, drawing }) {
  const [x, width, height] = prepare(canvas);
  const { at, names, recurrence, strings: S } = view.run.header;
  const norms = trace.norms[carrierOf(names)];
  const c = view.colours;
  const step = width / T;
  const circles = {
    y: height * 0.42,
    radius: Math.max(3, Math.min(step * 0.33, 14, height * 0.17)),
  };
  const reverse = isReversed(view); // its state flows from right to left
  const longest = Math.max(...symbols.map(symbol => symbol.length));
  const size = Math.max(11, Math.min(16, longest > 1 ? 13 : step * 0.9));
  const every = Math.ceil((size * (longest > 1 ? 0.62 * longest + 0.6 : 0.75)) / step);
  const marked = symbols.map(symbol => symbol.length > 1 && symbol.endsWith("*"));
  const named = stepsToName(T, every, marked, view.t);
  const boundary = drawing.boundary ?? 0; // the decoder's first step
  if (boundary) drawBoundary(x, c.muted, boundary * step, height);
  for (let t = 0; t < T; t++) {
    const X = centre(t, T, width);
    const seen = !isUnseen(view, t, false, T);
    const answers = at === "every" ? t >= boundary : t === T - 1;
    const { y, radius } = circles;
    x.fillStyle = x.strokeStyle = c.muted;
    x.lineWidth = FINE;
    x.globalAlpha = seen ? 0.8 : 0.2;
    // Rectangles: a third of a stroke's time.
    x.fillRect(X - FINE / 2, y + radius, FINE, height - size - 3 - y - radius);
    if (t && recurrence) x.fillRect(X - step + radius, y - FINE / 2, step - 2 * radius, FINE);
    if (answers) drawAnswer(view, x, X, y - radius);
    drawCircle(view, x, X, circles, t, seen ? lengthOfState(trace, t) : null);
    if (t && recurrence && !isUnseen(view, t, true, T)) {
      const size = norms[reverse ? t : t - 1];
      const near = X - radius * 0.4;
      const far = X - step + radius * 0.4;
      const ends = /** @type {[number, number]} */ (reverse ? [far, near] : [near, far]);
      x.fillStyle = c.gradient;
      drawGradientArrow(x, ends, y + radius + 6, Math.min(8, step * 0.35), size, axis);
    }
    x.globalAlpha = seen ? 1 : 0.35;
    if (named.has(t)) {
      const symbol = symbols[t] === " " ? "␣" : symbols[t];
      const middle = Math.max(symbol.length * size * 0.3, X);
      const colour = t === view.t ? c.accent : c.text;
      write(x, symbol, middle, height - size / 2 - 1, colour, size, "center", 600);
    }
    x.globalAlpha = 1;
  }
  if (at === "last") write(x, S["loss here"], centre(T - 1, T, width) - 8, 7, c.muted, 12, "right");
}

/**
 * The root mean square of h at step t, 0 .. 1 of its range; infinite or NaN where a unit is.
 * @param {LayerFrame} trace
 * @param {number} t
 */
function lengthOfState({ values, H }, t) {
  let sum = 0;
  for (let u = 0; u < H; u++) sum += signedOf(values.h[t * H + u], 1) ** 2;
  return Math.sqrt(sum / H);
}

/**
 * @param {Pen} x
 * @param {string} colour
 * @param {number} at
 * @param {number} height
 */
function drawBoundary(x, colour, at, height) {
  x.strokeStyle = colour;
  x.setLineDash([4, 4]);
  x.lineWidth = 1.2;
  x.beginPath();
  x.moveTo(at, 0);
  x.lineTo(at, height);
  x.stroke();
  x.setLineDash([]);
}

/**
 * An arrow out of the circle of a step that answers.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} X
 * @param {number} from
 */
function drawAnswer(view, x, X, from) {
  if (view.slow?.stage === "loss") {
    // slow motion stops here for a moment
    x.strokeStyle = view.colours.accent;
    x.lineWidth = 4;
    x.globalAlpha = 1;
  }
  x.beginPath();
  x.moveTo(X, from);
  x.lineTo(X, 4);
  x.lineTo(X - 3, 9);
  x.moveTo(X, 4);
  x.lineTo(X + 3, 9);
  x.stroke();
}

/**
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} X
 * @param {{ y: number, radius: number }} circles
 * @param {number} t
 * @param {number | null} level how long the state is; null: not seen yet
 */
function drawCircle(view, x, X, { y, radius }, t, level) {
  const c = view.colours;
  const border = t === view.t ? 3 : 1.2;
  x.globalAlpha = level === null ? 0.3 : 1;
  x.fillStyle = t === view.t ? c.accent : c.muted;
  x.beginPath();
  x.arc(X, y, radius + border / 2, 0, 7);
  x.fill();
  x.globalAlpha = 1;
  if (level === null) x.fillStyle = c.background;
  else if (!Number.isFinite(level)) x.fillStyle = c.text;
  else x.fillStyle = c.css(c.sequential[Math.min(255, Math.round(255 * level))]);
  x.beginPath();
  x.arc(X, y, radius - border / 2, 0, 7);
  x.fill();
}

/**
 * As wide and as dark as the gradient is large, on the axis of the curves below. A gradient of 0 has no arrow;
 * one that is not finite has its sign in place of one.
 * @param {Pen} x
 * @param {[from: number, tip: number]} ends
 * @param {number} base
 * @param {number} head
 * @param {number} size
 * @param {Decades} axis
 */
function drawGradientArrow(x, [from, tip], base, head, size, axis) {
  if (size === 0) return;
  if (!Number.isFinite(size)) {
    x.globalAlpha = 1;
    const sign = Number.isNaN(size) ? "×" : "∞";
    return write(x, sign, (from + tip) / 2, base, String(x.fillStyle), 11, "center", 700);
  }
  const level = logLevel(size, axis);
  const way = Math.sign(tip - from);
  const wide = 0.5 + 6 * level;
  const half = 2.5 + 3.5 * level;
  x.globalAlpha = 0.25 + 0.75 * level;
  x.fillRect(from, base - wide / 2, tip - way * head - from, wide);
  x.beginPath();
  x.moveTo(tip, base);
  x.lineTo(tip - way * head, base - half);
  x.lineTo(tip - way * head, base + half);
  x.fill();
}
