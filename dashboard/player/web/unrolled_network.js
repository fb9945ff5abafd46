// The unrolled network as of the present phase: its layers in bands, its steps in columns.

import { prepare, short, write, writeWithin } from "./canvas.js";
import { nameOfLayer } from "./page.js";
import { drawSignedBar, largestOf } from "./signed_bars.js";
import { drawBand } from "./unrolled_band.js";
import { partAt, stepsBefore } from "./unrolled_flow.js";
import { LABELS } from "./unrolled_overview.js";
import { knownAt } from "./unrolled_phases.js";
import { fitSteps, isCompactFirst, startAround } from "./unrolled_window.js";

/** @import { Pen } from "./types.js" */
/** @import { Band, Box, UnrolledView } from "./unrolled_types.js" */

const FULL = { strip: 9, gap: 18, most: 150 }; // px
const COMPACT = { strip: 7, gap: 10, most: 84 };
const EDGE = 4; // px inside a box, on each side
const STRIP = 26; // px under the symbols, of what mattered

/**
 * The least width of a step with these quantities.
 * @param {number} names how many
 * @param {{ strip: number, gap: number }} way
 */
const leastCell = (names, { strip, gap }) => names * strip + gap + 2 * EDGE;

/**
 * Whether the states alone are drawn, and how: the reader's choice, or what leaves room for more steps.
 * @param {UnrolledView} view
 * @param {number} width px
 */
function layoutOf(view, width) {
  const { names, states, symbols } = view.header;
  const T = symbols.length;
  const full = fitSteps(T, width, leastCell(names.length, FULL), FULL.most);
  const isCompact = view.compact ?? isCompactFirst(T, full.count);
  const way = isCompact ? COMPACT : FULL;
  const shown = isCompact ? names.filter(name => states.includes(name)) : names;
  const { count, cell } = fitSteps(T, width, leastCell(shown.length, way), way.most);
  return { isCompact, shown, count, cell, gap: way.gap };
}

/**
 * How many steps there is room for, and from which one on they are drawn: around the step that the pass has come to,
 * or at first the one that was looked at, unless the reader has moved the window.
 * @param {UnrolledView} view
 * @param {number} width px
 */
function placeWindow(view, width) {
  const { header, now, cursor, window: before } = view;
  const T = header.symbols.length;
  const { count, cell, ...layout } = layoutOf(view, width);
  const hasMoved = view.follows >= 0 && view.follows !== view.phase;
  let start = Math.min(before.start, T - count);
  if (!view.held && hasMoved) start = startAround(now.t, count, T);
  else if (!view.held && count !== before.count) start = startAround(cursor?.t ?? now.t, count, T);
  view.follows = view.phase;
  view.window = { start: Math.max(0, start), count, cell };
  return layout;
}

/**
 * @param {UnrolledView} view
 * @param {HTMLCanvasElement} canvas
 */
export function drawNetwork(view, canvas) {
  const { header, layers, colours: c } = view;
  const T = header.symbols.length;
  const [x, width, height] = prepare(canvas);
  const { shown, gap, isCompact } = placeWindow(view, Math.max(60, width - LABELS));
  Object.assign(view, { shown, isCompact });
  const { start, count, cell } = view.window;
  /** @param {number} t */
  const left = t => LABELS + (t - start) * cell;
  const top = header.parts.length > 1 ? 50 : 34;
  const strip = header.saliency.length ? STRIP : 0;
  const bottom = height - 30 - strip;
  const bands = placeBands(view, top, bottom).map(place => ({
    ...place,
    ...{ names: place.open ? shown : ["h"], left, cell, gap },
  }));
  /** @type {Box[]} */
  const boxes = [];
  x.save();
  x.beginPath();
  x.rect(LABELS - 2, 0, width, height);
  x.clip();
  const visible = [...Array(count).keys()].map(k => start + k);
  for (const t of visible) {
    const middle = left(t) + cell / 2;
    drawSymbol(view, x, t, middle, cell, height - strip);
    if (strip)
      drawInputShare(view, x, t, { middle, wide: cell * 0.5, height: strip - 2 }, height - strip);
    drawLitStep(view, x, t, [left(t) + 2, top - 2, cell - 4, bottom - top + 4]);
    drawLoss(view, x, t, middle, cell);
  }
  for (const band of bands) for (const t of visible) drawBand(view, x, band, t, boxes);
  for (const t of visible) drawBounds(view, x, t, left, top, bottom);
  x.restore();
  for (const { k, y, h, open } of bands) {
    const name = nameOfLayer(layers[k].key, header.layers).replace(" ", "");
    const colour = open ? c.text : c.muted;
    write(x, name, 4, y + h / 2, colour, 14, "left", open ? 700 : 400);
  }
  if (start > 0) write(x, "‹", LABELS - 8, (top + bottom) / 2, c.muted, 20, "center");
  if (start < T - count) write(x, "›", width - 6, (top + bottom) / 2, c.muted, 20, "center");
  if (strip) drawStripAxis(view, x, width, height - strip / 2);
  view.find = (px, py) =>
    strip && py >= height - strip
      ? findInputShare(view, Math.floor((px - LABELS) / cell) + start)
      : findNumber(view, boxes, px, py);
}

/**
 * The first layer at the bottom; the one that is looked at is higher than the others.
 * @param {UnrolledView} view
 * @param {number} top
 * @param {number} bottom
 * @returns {Pick<Band, "k" | "y" | "h" | "open">[]}
 */
function placeBands({ layers, layer }, top, bottom) {
  const open = layers.length > 3 ? 4 : 2.5;
  /** @type {number[]} */
  const weights = layers.map((_, k) => (k === layer ? open : 1));
  const whole = weights.reduce((a, b) => a + b);
  let y = bottom;
  return weights.map((weight, k) => {
    const h = ((bottom - top) * weight) / whole;
    y -= h;
    return { k, y: y + 7, h: h - 14, open: k === layer };
  });
}

/**
 * @param {UnrolledView} view
 * @param {Box[]} boxes
 * @param {number} px
 * @param {number} py
 */
function findNumber({ layers }, boxes, px, py) {
  const box = boxes.find(b => px >= b.x && px < b.x + b.w && py >= b.y && py < b.y + b.h);
  if (!box) return null;
  const { H, arrays } = layers[box.layer];
  const unit = Math.min(H - 1, Math.floor(((py - box.y) / box.h) * H));
  const { layer, t, name } = box;
  return { layer, t, name, unit, value: arrays[name][t * H + unit] };
}

/**
 * The share of a step's input in the loss, once the gradient has come back to it.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {number} t
 * @param {{ middle: number, wide: number, height: number }} place
 * @param {number} top
 */
function drawInputShare(view, x, t, place, top) {
  if (knownAt(view, view.layer, t) !== "gradients") return;
  const { saliency } = view.header;
  x.save();
  x.translate(0, top);
  const isLit = view.hover?.t === t;
  drawSignedBar(view.colours, x, saliency[t], largestOf(saliency), place, isLit);
  x.restore();
}

/**
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {number} width
 * @param {number} middle
 */
function drawStripAxis({ colours: c }, x, width, middle) {
  x.fillStyle = c.line;
  x.fillRect(LABELS, middle - 1.5, width - LABELS, 1);
  write(x, "x·dx", 2, middle, c.muted, 12);
}

/**
 * @param {UnrolledView} view
 * @param {number} t
 */
function findInputShare(view, t) {
  const { saliency } = view.header;
  if (t < 0 || t >= saliency.length || knownAt(view, view.layer, t) !== "gradients") return null;
  return { t, step: stepsBefore(view, view.layers[view.layer], t), input: saliency[t] };
}

/**
 * @param {UnrolledView} view
 * @param {number} t
 */
const isLit = ({ now }, t) => now.stage !== "loss" && now.t === t;

/**
 * The input's symbol under a step.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {number} t
 * @param {number} middle
 * @param {number} cell
 * @param {number} height
 */
function drawSymbol(view, x, t, middle, cell, height) {
  const c = view.colours;
  const text = view.header.symbols[t].trim() || "␣";
  const lit = isLit(view, t);
  const colour = lit ? c.accent : c.text;
  const size = cell < 44 ? 12 : 14;
  writeWithin(x, text, cell - 2, middle, height - 13, colour, size, "center", lit ? 700 : 400);
}

/**
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {number} t
 * @param {[x: number, y: number, w: number, h: number]} box
 */
function drawLitStep(view, x, t, box) {
  const c = view.colours;
  if (isLit(view, t)) {
    x.strokeStyle = c.accent;
    x.lineWidth = 2;
    x.strokeRect(...box);
  } else if (view.hover?.t === t) {
    x.fillStyle = c.soft;
    x.fillRect(...box);
  }
}

/**
 * The loss above a step that has one.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {number} t
 * @param {number} middle
 * @param {number} cell
 */
function drawLoss({ header, colours: c, now }, x, t, middle, cell) {
  const k = header.at.indexOf(t);
  if (k < 0) return;
  const isKnown = now.stage !== "forward";
  const wide = Math.min(cell, 76);
  x.fillStyle = isKnown ? c.soft : "transparent";
  x.strokeStyle = isKnown ? c.text : c.line;
  x.lineWidth = now.stage === "loss" ? 2 : 1;
  x.beginPath();
  x.roundRect(middle - wide / 2 + 2, 5, wide - 4, 20, 5);
  x.fill();
  x.stroke();
  const value = short(header.losses[k]);
  const label = isKnown && cell > 42 ? (cell > 58 ? `L ${value}` : value) : "L";
  write(x, label, middle, 15.5, isKnown ? c.text : c.muted, 12, "center");
}

/**
 * Where a chunk begins, and where the decoder does.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {number} t
 * @param {(t: number) => number} left
 * @param {number} top
 * @param {number} bottom
 */
function drawBounds(view, x, t, left, top, bottom) {
  const { header, colours: c } = view;
  const layer = view.layers[view.layer];
  const [name, start] = header.parts[partAt(view, t)];
  const n = stepsBefore(view, layer, t);
  const edge = layer.key[1] === "reverse" ? left(t + 1) : left(t);
  if (header.truncate && n && n % header.truncate === 0) {
    x.strokeStyle = c.gradient;
    x.lineWidth = 2;
    x.setLineDash([6, 4]);
    x.beginPath();
    x.moveTo(edge, top - 6);
    x.lineTo(edge, bottom + 4);
    x.stroke();
    x.setLineDash([]);
  }
  if (name && t === start) {
    x.strokeStyle = c.text;
    x.lineWidth = 1;
    x.beginPath();
    x.moveTo(edge, top - 24);
    x.lineTo(edge, bottom + 26);
    x.stroke();
    write(x, header.strings[name], edge + 6, top - 12, c.muted, 12);
  }
}
