// One layer in one direction: a box of strips for each step, a strip for each quantity, a colour for each unit.

import { write } from "./canvas.js";
import { clamp, logLevel } from "./scales.js";
import { numberAtCursor } from "./unrolled_cursor.js";
import { drawFlow } from "./unrolled_flow.js";
import { knownAt } from "./unrolled_phases.js";

/** @import { Pen } from "./types.js" */
/** @import { Band, Box, Picked, UnrolledLayer, UnrolledView } from "./unrolled_types.js" */

const NARROW = 18; // px, in which no two letters stand beside their neighbours

/**
 * The box of step t, and what flows from it.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Band} band
 * @param {number} t
 * @param {Box[]} boxes the strips so far
 */
export function drawBand(view, x, band, t, boxes) {
  const { k, y, h, open, names, left, cell, gap } = band;
  const wide = (cell - gap - 8) / names.length;
  const isNarrow = wide < NARROW; // then the names stand in two lines, every second one lower
  const head = open ? (isNarrow ? 26 : 15) : 0;
  const known = knownAt(view, k, t);
  const from = left(t) + gap / 2;
  x.strokeStyle = known === "gradients" ? view.colours.gradient : view.colours.line;
  x.lineWidth = 1;
  x.beginPath();
  x.roundRect(from, y, cell - gap, h, 5);
  x.stroke();
  names.forEach((name, n) => {
    const place = { x: from + 4 + n * wide, y: y + head + 3, w: wide - 2, h: h - head - 6 };
    const box = { ...place, t, layer: k, name: known === "gradients" ? `d${name}` : name };
    boxes.push(box);
    if (open) nameStrip(view, x, box, name, y + (isNarrow && n % 2 ? 21 : 10), known !== "");
    drawStrip(view, x, box, known !== "");
  });
  drawFlow(view, x, band, t);
}

/**
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Box} box
 * @param {string} quantity
 * @param {number} middle
 * @param {boolean} isKnown
 */
function nameStrip({ colours: c, header }, x, box, quantity, middle, isKnown) {
  const isGradient = box.name !== quantity;
  const colour = isGradient ? c.gradient : isKnown ? c.text : c.muted;
  write(x, box.name, box.x + box.w / 2, middle, colour, 12, "center", isGradient ? 600 : 400);
  x.fillStyle = header.colours[quantity] || c.muted;
  x.fillRect(box.x, box.y - 2, box.w, 2);
}

/**
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Box} box
 * @param {boolean} isKnown
 */
function drawStrip(view, x, box, isKnown) {
  const c = view.colours;
  const layer = view.layers[box.layer];
  const { H } = layer;
  if (!isKnown) {
    x.fillStyle = c.soft;
    x.fillRect(box.x, box.y, box.w, box.h);
    return;
  }
  const rows = Math.min(H, Math.max(1, Math.floor(box.h)));
  const each = box.h / rows;
  for (let r = 0; r < rows; r++) {
    const unit = Math.floor((r * H) / rows);
    x.fillStyle = colourOf(view, layer, box.name, layer.arrays[box.name][box.t * H + unit]);
    x.fillRect(box.x, box.y + r * each, box.w, each + (each > 4 ? -0.5 : 0.3));
  }
  if (view.picked?.column === undefined) markUnit(x, box, H, view.picked, c.accent);
  markUnit(x, box, H, numberAtCursor(view), c.text);
}

/**
 * A frame around a unit: the one under the microscope, the one at the cursor.
 * @param {Pen} x
 * @param {Box} box
 * @param {number} H
 * @param {Picked | null} number
 * @param {string} colour
 */
function markUnit(x, box, H, number, colour) {
  if (number?.layer !== box.layer || number.t !== box.t || number.name !== box.name) return;
  if (number.unit >= H) return; // it is not drawn
  x.strokeStyle = colour;
  x.lineWidth = 2;
  const top = box.y + (number.unit / H) * box.h - 1;
  x.strokeRect(box.x - 1, top, box.w + 2, Math.max(4, box.h / H) + 2);
}

/**
 * The largest finite size of a quantity, for its symmetric range of colours.
 * @param {UnrolledLayer} layer
 * @param {string} name
 */
function largestOf({ largest, arrays }, name) {
  largest[name] ??=
    arrays[name].reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), 0) || 1;
  return largest[name];
}

/**
 * @param {UnrolledView} view
 * @param {UnrolledLayer} layer
 * @param {string} name
 * @param {number} value
 */
function colourOf({ colours: c, header }, layer, name, value) {
  if (!Number.isFinite(value)) return c.text;
  if (name.startsWith("d")) {
    const size = logLevel(Math.abs(value), header.decades);
    return c.css(c.slopes[Math.round(127.5 + Math.sign(value) * size * 127)]);
  }
  if (header.gates.includes(name)) return c.css(c.gate[clamp(Math.round(value * 255), 0, 255)]);
  const level = Math.round(127.5 * (1 + value / largestOf(layer, name)));
  return c.css(c.signed[clamp(level, 0, 255)]);
}
