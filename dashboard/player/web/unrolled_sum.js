// The growing gradient of the recurrent weights: the sum so far, this step's term, the size of every step's.

import { imageOf, prepare, short, write } from "./canvas.js";
import { clamp, NOT_A_NUMBER } from "./scales.js";
import { fill } from "./sentences.js";
import { weightAtCursor } from "./unrolled_cursor.js";
import { blocksOf, sampleFor, stepsReturned, sumTerms, weightAt } from "./unrolled_terms.js";

/** @import { Palette, Pen } from "./types.js" */
/** @import { Block } from "./unrolled_terms.js" */
/** @import { Picked, TermSum, UnrolledView } from "./unrolled_types.js" */

/** @typedef {{ left: number, top: number, width: number, height: number }} Place */

/**
 * dW_hh of the chosen layer so far, this step's term beside it, and the size of every step's term.
 * @param {UnrolledView} view
 * @param {HTMLCanvasElement} canvas
 */
export function drawSum(view, canvas) {
  const { header, colours: c, now, picked } = view;
  const layer = view.layers[view.layer];
  const T = header.symbols.length;
  const [x, width, height] = prepare(canvas);
  const S = header.strings;
  const steps = stepsReturned(view);
  write(x, steps.length ? S.sum : S["before sum"], 0, 10, c.text, 13, "left", 600);
  const blocks = blocksOf(header);
  const isDone = new Set(steps);
  const bars = Math.max(64, height * 0.22);
  const room = height - bars - 66;
  const wide = (width - 16) * 0.62;
  const whole = { left: 30, top: 24, width: wide - 30, height: room };
  const beside = { left: wide + 16, top: 24, width: width - wide - 17, height: room };
  const sample = sampleFor(blocks.length, layer.H, 2 * room, 2 * whole.width);
  const total = sumTerms(layer, blocks, steps, sample, "sum");
  const largest = drawMatrix(c, x, total, whole);
  for (const [b, gate] of header.blocks.entries()) {
    const y = 24 + ((b + 0.5) * room) / blocks.length;
    const colour = header.colours[gate] || c.text;
    write(x, gate, 26, y, colour, 12, "right", 600);
    if (b) drawBoundary(x, c.line, whole, b / blocks.length);
  }
  markWeight(view, x, blocks, whole, picked, c.accent);
  if (view.parts?.sum.matches(":focus-visible"))
    markWeight(view, x, blocks, whole, weightAtCursor(view), c.text);
  if (now.stage === "backward") {
    const term = sumTerms(layer, blocks, isDone.has(now.t) ? [now.t] : [], sample, "term");
    drawMatrix(c, x, term, beside);
    write(x, S.term, wide + 16, 24 + room + 12, c.muted, 12);
  }
  const { rows, columns } = sample;
  write(x, `± ${short(largest)}`, 30, 24 + room + 12, c.muted, 12);
  if (rows * columns > 1)
    write(x, fill(S.sampled, { rows, columns }), 30, 24 + room + 26, c.muted, 12);
  drawShares(view, x, isDone, { left: 0, top: height - bars, width, height: bars - 18 });
  view.findTerm = (px, py) => {
    if (py >= height - bars - 4)
      return findTerm(view, clamp(Math.floor((px / width) * T), 0, T - 1));
    return steps.length ? findWeight(view, blocks.length, sample, whole, px, py) : null;
  };
}

/**
 * Between the rows of one gate and the next.
 * @param {Pen} x
 * @param {string} colour
 * @param {Place} place
 * @param {number} share of the height
 */
function drawBoundary(x, colour, { left, top, width, height }, share) {
  x.strokeStyle = colour;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(left, top + share * height);
  x.lineTo(left + width, top + share * height);
  x.stroke();
}

/**
 * A frame around a number of the matrix: the one under the microscope, the one at the cursor.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Block[]} blocks
 * @param {Place} place
 * @param {Picked | null} number
 * @param {string} colour
 */
function markWeight({ layer, layers }, x, blocks, { left, top, width, height }, number, colour) {
  if (number?.column === undefined || number.layer !== layer) return;
  const { H } = layers[layer];
  if (Math.max(number.unit, number.column) >= H) return; // it is not drawn
  const row = blocks.findIndex(([delta]) => delta === number.name) * H + number.unit;
  const high = height / (blocks.length * H);
  const wide = width / H;
  x.strokeStyle = colour;
  x.lineWidth = 2;
  const size = [Math.max(6, wide + 2), Math.max(6, high + 2)];
  const middle = [left + (number.column + 0.5) * wide, top + (row + 0.5) * high];
  x.strokeRect(middle[0] - size[0] / 2, middle[1] - size[1] / 2, size[0], size[1]);
}

/**
 * The bar of step t.
 * @param {UnrolledView} view
 * @param {number} t
 */
function findTerm({ header, layers, layer }, t) {
  const T = header.symbols.length;
  const share = header.shares[layer][t] || 0;
  const step = layers[layer].key[1] === "reverse" ? T - 1 - t : t;
  return { t, step, share, whole: header.whole?.[layer][t] ?? share };
}

/**
 * The number that is drawn there, or the one that stands for it.
 * @param {UnrolledView} view
 * @param {number} blocks
 * @param {import("./unrolled_terms.js").Sample} sample
 * @param {Place} place
 * @param {number} px
 * @param {number} py
 */
function findWeight(view, blocks, { rows, columns }, { left, top, width, height }, px, py) {
  const { H } = view.layers[view.layer];
  const row = Math.floor(((py - top) / height) * blocks * H);
  const column = Math.floor(((px - left) / width) * H);
  if (row < 0 || row >= blocks * H || column < 0 || column >= H) return null;
  const unit = row % H;
  return weightAt(view, Math.floor(row / H), unit - (unit % rows), column - (column % columns));
}

/**
 * @param {Palette} c
 * @param {Pen} x
 * @param {TermSum} sum
 * @param {Place} place
 * @returns {number} its largest size
 */
function drawMatrix(c, x, sum, { left, top, width, height }) {
  if (sum.image?.slopes !== c.slopes) sum.image = paintSum(sum.values, sum.width, c);
  x.imageSmoothingEnabled = false;
  x.drawImage(sum.image.buffer, left, top, width, height);
  x.strokeStyle = c.line;
  x.lineWidth = 1;
  x.strokeRect(left, top, width, height);
  return sum.image.largest;
}

/**
 * @param {Float64Array} values
 * @param {number} columns
 * @param {Palette} c
 */
function paintSum(values, columns, { slopes, slopeLevels }) {
  const largest = values.reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), 0);
  const scale = largest || 1;
  const buffer = imageOf(columns, values.length / columns, pixels => {
    for (let k = 0; k < values.length; k++)
      pixels[k] = Number.isFinite(values[k])
        ? slopes[Math.round(127.5 * (1 + values[k] / scale))]
        : slopeLevels[NOT_A_NUMBER];
  });
  return { slopes, buffer, largest };
}

/**
 * The size of every step's term; grey: what truncation takes away.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Set<number>} isDone
 * @param {Place} place
 */
function drawShares({ header, colours: c, now, layer, hover }, x, isDone, { top, height, width }) {
  const own = header.shares[layer];
  const whole = header.whole?.[layer] || own;
  const T = header.symbols.length;
  const largest = Math.max(...whole, ...own, 1e-30);
  const each = width / T;
  const base = top + height;
  const room = height - 16;
  write(x, header.strings.shares, 0, top + 4, c.muted, 12);
  for (let t = 0; t < T; t++) {
    if (hover?.t === t) {
      x.strokeStyle = c.text;
      x.lineWidth = 1;
      x.strokeRect(t * each + 0.5, top + 12, Math.max(2, each - 1), height - 12);
    }
    const all = (whole[t] / largest) * room;
    const rest = (own[t] / largest) * room;
    const at = t * each + each * 0.12;
    const wide = Math.max(1, each * 0.76);
    if (!isDone.has(t)) continue; // not known before the gradient has come to this step
    x.fillStyle = c.line;
    x.fillRect(at, base - all, wide, all);
    x.fillStyle = t === now.t && now.stage === "backward" ? c.accent : header.colours.h;
    x.fillRect(at, base - rest, wide, rest);
  }
  x.strokeStyle = c.line;
  x.beginPath();
  x.moveTo(0, base);
  x.lineTo(width, base);
  x.stroke();
  write(x, "1", 2, base + 9, c.muted, 12);
  write(x, `t = ${T}`, width, base + 9, c.muted, 12, "right");
}
