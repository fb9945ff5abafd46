// What flows between the steps: the state forward, its gradient backward; and where no gradient passes.

import { logLevel } from "./scales.js";
import { knownAt } from "./unrolled_phases.js";

/** @import { Pen } from "./types.js" */
/** @import { Band, UnrolledLayer, UnrolledView } from "./unrolled_types.js" */

/**
 * @param {Float32Array} array
 * @param {number} t
 * @param {number} H
 */
const norm = (array, t, H) => {
  let sum = 0;
  for (let k = t * H; k < (t + 1) * H; k++) sum += array[k] ** 2;
  return Math.sqrt(sum);
};

/**
 * @param {Pen} x
 * @param {number} from
 * @param {number} to
 * @param {number} y
 * @param {number} wide
 * @param {string} colour
 */
function drawArrow(x, from, to, y, wide, colour, dashed = false) {
  x.strokeStyle = x.fillStyle = colour;
  x.lineWidth = wide;
  x.setLineDash(dashed ? [3, 4] : []);
  const head = Math.min(Math.abs(to - from) * 0.6, 4 + wide);
  const way = Math.sign(to - from);
  x.beginPath();
  x.moveTo(from, y);
  x.lineTo(to - way * head * 0.8, y);
  x.stroke();
  x.setLineDash([]);
  x.beginPath();
  x.moveTo(to, y);
  x.lineTo(to - way * head, y - head * 0.55);
  x.lineTo(to - way * head, y + head * 0.55);
  x.fill();
}

/**
 * Between step t and the next that is read. Forward: the state goes on, as wide as it is long. Backward: its
 * gradient comes back, on a log scale.
 * @param {UnrolledView} view
 * @param {Pen} x
 * @param {Band} band
 * @param {number} t
 */
export function drawFlow(view, x, { k, y, h, left, cell, gap }, t) {
  const { header, colours: c } = view;
  const layer = view.layers[k];
  const way = layer.key[1] === "reverse" ? -1 : 1;
  const next = t + way;
  const T = header.symbols.length;
  if (!header.recurrence) return;
  if (next < 0 || next >= T || partAt(view, t) !== partAt(view, next)) return;
  const { H, arrays } = layer;
  const states = header.names.includes("c") ? ["h", "c"] : ["h"];
  const edge = way > 0 ? left(t) + cell - gap / 2 : left(t) + gap / 2;
  const other = edge + way * gap;
  const isReturned = knownAt(view, k, next) === "gradients";
  const known = knownAt(view, k, t);
  const isCut =
    header.truncate &&
    Math.max(stepsBefore(view, layer, t), stepsBefore(view, layer, next)) % header.truncate === 0;
  states.forEach((name, n) => {
    const at = y + (h * (n + 1)) / (states.length + 1);
    if (isReturned && !isCut && known === "gradients") {
      const level = logLevel(norm(arrays[`d${name}`], t, H), header.decades);
      if (Number.isNaN(level)) drawArrow(x, other, edge, at, 1, c.text, true);
      else drawArrow(x, other, edge, at, 0.8 + 7 * level, header.colours[name]);
    } else if (isReturned) drawArrow(x, other, edge, at, 1, c.line, true);
    else if (known) {
      const level = Math.min(1, norm(arrays[name], t, H) / Math.sqrt(H));
      if (Number.isNaN(level)) drawArrow(x, edge, other, at, 1, c.text, true);
      else drawArrow(x, edge, other, at, 0.8 + 4 * level, c.muted);
    } else drawArrow(x, edge, other, at, 1, c.line);
  });
}

/**
 * Which part of the sequence a step is in: of an encoder and its decoder, one.
 * @param {UnrolledView} view
 * @param {number} t
 */
export const partAt = (view, t) =>
  view.header.parts.findIndex(([, start, stop]) => start <= t && t < stop);

/**
 * How many steps the cell has made before step t.
 * @param {UnrolledView} view
 * @param {UnrolledLayer} layer
 * @param {number} t
 */
export function stepsBefore(view, layer, t) {
  const [, start, stop] = view.header.parts[partAt(view, t)];
  return layer.key[1] === "reverse" ? stop - 1 - t : t - start;
}
