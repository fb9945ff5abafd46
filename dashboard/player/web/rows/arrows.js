// Arrows along the time axis: grey ones for the state that goes on, red ones for the gradient that comes back.

import { write } from "../canvas.js";
import { logLevel } from "../scales.js";
import { centre, isReversed, isUnseen } from "../time_axis.js";

/** @import { Decades, Pen, RunView } from "../types.js" */

/**
 * From each step to the next: the state goes on.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} T
 * @param {number} width
 * @param {number} height
 */
export function drawArrowsOn(view, x, T, width, height) {
  const room = width / T;
  const half = Math.min(26, room * 0.34);
  const head = Math.min(6, room * 0.25);
  if (room < 10) return;
  const isBack = isReversed(view);
  const way = isBack ? -1 : 1;
  const y = height / 2;
  x.fillStyle = view.colours.muted;
  for (let t = 1; t < T; t++) {
    x.globalAlpha = isUnseen(view, isBack ? t - 1 : t, false, T) ? 0.2 : 0.9;
    const middle = t * room;
    const tip = middle + way * half;
    x.fillRect(middle - half, y - 0.75, 2 * half, 1.5);
    drawHead(x, tip, y, way * head, head * 0.7);
  }
  x.globalAlpha = 1;
}

/**
 * As wide as the gradient is large, on the axis of the curves. A gradient of 0 has no arrow; one that is not
 * finite has its sign in place of one.
 * @param {RunView} view
 * @param {Pen} x
 * @param {number} size
 * @param {Decades} axis
 * @param {{ middle: number, room: number, y: number, way: number }} place way: 1 to the right, -1 to the left
 */
export function drawArrowBack({ colours: c }, x, size, axis, { middle, room, y, way }) {
  if (size === 0) return;
  if (!Number.isFinite(size))
    return write(x, Number.isNaN(size) ? "×" : "∞", middle, y, c.gradient, 14, "center", 700);
  const level = logLevel(size, axis);
  const half = Math.min(34, room * 0.36);
  const wide = 1 + 9 * level;
  const head = Math.min(13, half);
  const tip = middle + way * half;
  x.fillStyle = c.gradient;
  x.globalAlpha = 0.45 + 0.55 * level;
  x.fillRect(middle - way * half, y - wide / 2, way * (2 * half - head), wide);
  drawHead(x, tip, y, way * head, wide / 2 + 3.5);
  x.globalAlpha = 1;
}

/**
 * A bar for each step, as tall as the gradient there is large: where there is no room for arrows.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Float32Array} norms
 * @param {number} T
 * @param {number} width
 * @param {number} height
 * @param {Decades} axis
 */
export function drawSizeBars(view, x, norms, T, width, height, axis) {
  const wide = Math.max(1, (width / T) * 0.72);
  for (let t = 0; t < T; t++) {
    if (isUnseen(view, t, true, T) || norms[t] === 0) continue;
    const middle = centre(t, T, width);
    x.fillStyle = view.colours.gradient;
    if (!Number.isFinite(norms[t])) {
      const sign = Number.isNaN(norms[t]) ? "×" : "∞";
      write(x, sign, middle, height / 2, view.colours.gradient, 12, "center", 700);
      continue;
    }
    const tall = Math.max(1.5, logLevel(norms[t], axis) * height);
    x.fillRect(middle - wide / 2, height - tall, wide, tall);
  }
}

/**
 * @param {Pen} x
 * @param {number} tip
 * @param {number} y
 * @param {number} long towards the tip
 * @param {number} half of its width
 */
function drawHead(x, tip, y, long, half) {
  x.beginPath();
  x.moveTo(tip, y);
  x.lineTo(tip - long, y - half);
  x.lineTo(tip - long, y + half);
  x.fill();
}
