// The growing gradient of the recurrent weights: the sum so far, this step's term, the size of every step's.

import { imageOf, prepare, short, write } from "./canvas.js";
import { clamp, NOT_A_NUMBER } from "./scales.js";
import { knownAt } from "./unrolled_phases.js";

/** @import { Palette, Pen } from "./types.js" */
/** @import { TermSum, UnrolledLayer, UnrolledView } from "./unrolled_types.js" */

/** @typedef {[delta: string, state: string]} Block of dW_hh: a delta times the state that it had read */
/** @typedef {{ left: number, top: number, width: number, height: number }} Place */

/**
 * Adds step t's term of dW_hh: the gradients of each block of pre-activations times the state that it had read.
 * @param {UnrolledLayer} layer
 * @param {Block[]} blocks
 * @param {number} t
 * @param {Float64Array} to
 */
function addTerm({ H, arrays }, blocks, t, to) {
  blocks.forEach(([delta, state], b) => {
    for (let j = 0; j < H; j++) {
      const slope = arrays[delta][t * H + j];
      const row = (b * H + j) * H;
      if (slope) for (let i = 0; i < H; i++) to[row + i] += slope * arrays[state][t * H + i];
    }
  });
}

/**
 * The sum of the terms of these steps. The layer keeps it: in a wide one each term has millions of numbers.
 * @param {UnrolledLayer} layer
 * @param {Block[]} blocks
 * @param {number[]} steps
 * @param {"sum" | "term"} place
 */
export function sumTerms(layer, blocks, steps, place) {
  const wanted = new Set(steps);
  let sum = layer[place];
  if (!sum || [...sum.steps].some(t => !wanted.has(t))) {
    const values = new Float64Array(blocks.length * layer.H ** 2);
    sum = layer[place] = { steps: new Set(), values, image: null };
  }
  for (const t of steps)
    if (!sum.steps.has(t)) {
      sum.steps.add(t);
      addTerm(layer, blocks, t, sum.values);
      sum.image = null;
    }
  return sum;
}

/**
 * dW_hh of the chosen layer so far, this step's term beside it, and the size of every step's term.
 * @param {UnrolledView} view
 * @param {HTMLCanvasElement} canvas
 */
export function drawSum(view, canvas) {
  const { header, colours: c, now } = view;
  const layer = view.layers[view.layer];
  const T = header.symbols.length;
  const [x, width, height] = prepare(canvas);
  const S = header.strings;
  const steps = [...Array(T).keys()].filter(t => knownAt(view, view.layer, t) === "gradients");
  write(x, steps.length ? S.sum : S["before sum"], 0, 10, c.text, 13, "left", 600);
  const blocks = header.terms.flatMap(([deltas, state]) =>
    deltas.map(delta => /** @type {Block} */ ([delta, state])),
  );
  const total = sumTerms(layer, blocks, steps, "sum");
  const isDone = new Set(steps);
  const bars = Math.max(70, height * 0.24);
  const room = height - bars - 66;
  const wide = (width - 16) * 0.62;
  const whole = { left: 30, top: 24, width: wide - 30, height: room };
  const beside = { left: wide + 16, top: 24, width: width - wide - 17, height: room };
  const largest = drawMatrix(c, x, total, layer.H, whole);
  for (const [b, gate] of header.blocks.entries()) {
    const y = 24 + ((b + 0.5) * room) / blocks.length;
    const colour = header.colours[gate] || c.text;
    write(x, gate, 26, y, colour, 12, "right", 600);
  }
  markPicked(view, x, blocks, whole);
  if (now.stage === "backward") {
    const term = sumTerms(layer, blocks, isDone.has(now.t) ? [now.t] : [], "term");
    drawMatrix(c, x, term, layer.H, beside);
    write(x, S.term, wide + 16, 24 + room + 12, c.muted, 11);
  }
  write(x, `± ${short(largest)}`, 30, 24 + room + 12, c.muted, 11);
  drawShares(view, x, isDone, { left: 0, top: height - bars, width, height: bars - 18 });
  view.findTerm = (px, py) => {
    if (py >= height - bars - 4)
      return findTerm(view, clamp(Math.floor((px / width) * T), 0, T - 1));
    return steps.length ? findWeight(view, blocks, total, whole, px, py) : null;
  };
}

/**
 * A frame around the number of the matrix that is under the microscope.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Block[]} blocks
 * @param {Place} place
 */
function markPicked({ picked, layer, layers, colours }, x, blocks, { left, top, width, height }) {
  if (picked?.column === undefined || picked.layer !== layer) return;
  const { H } = layers[layer];
  const row = blocks.findIndex(([delta]) => delta === picked.name) * H + picked.unit;
  const high = height / (blocks.length * H);
  const wide = width / H;
  x.strokeStyle = colours.accent;
  x.lineWidth = 2;
  const size = [Math.max(6, wide + 2), Math.max(6, high + 2)];
  const middle = [left + (picked.column + 0.5) * wide, top + (row + 0.5) * high];
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
 * @param {UnrolledView} view
 * @param {Block[]} blocks
 * @param {TermSum} total
 * @param {Place} place
 * @param {number} px
 * @param {number} py
 */
function findWeight({ layers, layer, now }, blocks, total, { left, top, width, height }, px, py) {
  const { H } = layers[layer];
  const row = Math.floor(((py - top) / height) * blocks.length * H);
  const column = Math.floor(((px - left) / width) * H);
  if (row < 0 || row >= blocks.length * H || column < 0 || column >= H) return null;
  const [name] = blocks[Math.floor(row / H)];
  const value = total.values[row * H + column];
  return { layer, t: now.t, name, unit: row % H, column, value };
}

/**
 * @param {Palette} c
 * @param {Pen} x
 * @param {TermSum} sum
 * @param {number} columns
 * @param {Place} place
 * @returns {number} its largest size
 */
function drawMatrix(c, x, sum, columns, { left, top, width, height }) {
  if (sum.image?.slopes !== c.slopes) sum.image = paintSum(sum.values, columns, c);
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
  write(x, "1", 2, base + 9, c.muted, 11);
  write(x, `t = ${T}`, width, base + 9, c.muted, 11, "right");
}
