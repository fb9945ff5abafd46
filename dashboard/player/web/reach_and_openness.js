// What is laid over each other on the time axis: how far back the gradient reaches, how open the gates are.

import { prepare, short, write } from "./canvas.js";
import { clamp, decadesOf, exponentsOf, keepDecades, powerOf, roundEnd } from "./scales.js";
import { drawSizes } from "./size_lines.js";

/** @import { CompareView, StepCurve, StepFigure } from "./compare_types.js" */
/** @import { Palette, Pen } from "./types.js" */

const LEFT = 40;
const RIGHT = 26;
const TOP = 8;
const FOOT = 30;
/** @type {Record<string, number[]>} */
const DASHES = { A: [], B: [7, 3], C: [2, 3], D: [9, 3, 2, 3] };

/**
 * @param {CompareView} view
 * @param {StepFigure} figure
 * @param {StepCurve[]} curves values by time step, the last at distance 0
 */
export function drawReach(view, figure, curves) {
  const [x, width, height] = prepare(figure.canvas);
  const c = view.colours;
  const scale = keepDecades(figure.decades, decadesOf(curves.map(({ values }) => values)));
  figure.decades = scale;
  const [top, decades] = scale;
  const far = Math.max(1, ...curves.map(({ values }) => values.length - 1));
  const steps = curves[0]?.values.length ?? 0;
  const wide = width - LEFT - RIGHT;
  const bottom = height - FOOT;
  /** @param {number} d */
  const X = d => LEFT + (d / far) * wide;
  /** @param {number} level */
  const Y = level => bottom - level * (bottom - TOP);
  for (const exponent of exponentsOf(scale, bottom - TOP)) {
    const y = Y((exponent - top + decades) / decades);
    drawRule(x, c, width, y);
    write(x, powerOf(exponent), LEFT - 5, y, c.muted, 11, "right");
  }
  if (view.t >= 0 && steps) drawPost(x, c, X(steps - 1 - view.t), bottom);
  /** @type {number[]} */
  const taken = [];
  let hasZero = false;
  for (const { letter, colour, values } of curves) {
    const last = values.length - 1;
    hasZero =
      drawSizes(x, { X, Y, decades: scale }, last + 1, d => values[last - d], {
        colour,
        wide: 2,
      }) || hasZero;
    const level = clamp((Math.log10(values[0]) - top + decades) / decades, 0, 1) || 0;
    write(x, letter, X(last) + 5, freePlace(taken, Y(level)), colour, 12, "left", 700);
  }
  const zero = view.run.header.strings["zero gradient"];
  if (hasZero) write(x, zero, width - RIGHT, bottom - 8, c.muted, 11, "right");
  nameEnds(view, x, [width, height], [X(0), "0"], [X(far), String(far)], "distance");
  figure.t = steps
    ? px => clamp(steps - 1 - Math.round(((px - LEFT) / wide) * far), 0, steps - 1)
    : null;
}

/**
 * @param {CompareView} view
 * @param {StepFigure} figure
 * @param {(StepCurve & { values: number[] })[]} curves mean over the units at each time step, 0 .. 1
 * @param {boolean} signed whether they are differences
 * @param {string} empty what is said where there are none
 */
export function drawOpenness(view, figure, curves, signed, empty) {
  const [x, width, height] = prepare(figure.canvas);
  const c = view.colours;
  figure.t = null;
  if (!curves.length) return write(x, empty, 4, TOP + 8, c.muted, 12);
  const last = Math.max(1, curves[0].values.length - 1);
  const end = signed ? endOf(curves) : 1;
  const low = signed ? -end : 0;
  const wide = width - LEFT - RIGHT;
  const bottom = height - FOOT;
  /** @param {number} t */
  const X = t => LEFT + (t / last) * wide;
  /** @param {number} v */
  const Y = v => bottom - ((v - low) / (end - low)) * (bottom - TOP);
  for (const v of [low, (low + end) / 2, end]) {
    drawRule(x, c, width, Y(v));
    write(x, short(v), LEFT - 5, Y(v), c.muted, 11, "right");
  }
  if (view.t >= 0) drawPost(x, c, X(view.t), bottom);
  /** @type {number[]} */
  const taken = [];
  for (const { letter, name, colour, values } of curves) {
    x.strokeStyle = colour;
    x.lineWidth = 1.8;
    x.setLineDash(DASHES[letter]);
    x.beginPath();
    for (const [t, v] of values.entries()) x.lineTo(X(t), Y(v));
    x.stroke();
    x.setLineDash([]);
    const place = freePlace(taken, Y(values[values.length - 1]));
    write(x, `${letter} ${name}`, X(last) + 3, place, colour, 11, "left", 700);
  }
  nameEnds(view, x, [width, height], [X(0), "t = 1"], [X(last), String(last + 1)], "time step");
  figure.t = px => clamp(Math.round(((px - LEFT) / wide) * last), 0, last);
}

/**
 * The end of an axis that holds these differences.
 * @param {(StepCurve & { values: number[] })[]} curves
 */
function endOf(curves) {
  let largest = 0;
  for (const { values } of curves)
    for (const v of values) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v));
  return largest ? roundEnd(largest) : 1;
}

/**
 * The nearest place for a label at y where none stands yet.
 * @param {number[]} taken
 * @param {number} y
 */
export function freePlace(taken, y) {
  /** @param {number} at */
  const isCrowded = at => taken.some(other => Math.abs(other - at) < 11);
  let place = y;
  for (let off = 0; off < 80 && isCrowded(place); off += 3)
    place = [y - off, y + off].find(at => at > TOP && !isCrowded(at)) ?? place;
  taken.push(place);
  return place;
}

/**
 * @param {CompareView} view
 * @param {Pen} x
 * @param {[width: number, height: number]} size
 * @param {[at: number, label: string]} start
 * @param {[at: number, label: string]} end
 * @param {string} axis
 */
function nameEnds(view, x, [width, height], start, end, axis) {
  const c = view.colours;
  const y = height - FOOT + 9;
  write(x, start[1], start[0], y, c.muted, 11, "center");
  write(x, end[1], end[0], y, c.muted, 11, "center");
  const name = view.run.header.strings[axis];
  write(x, name, (LEFT + width - RIGHT) / 2, height - 6, c.muted, 11, "center");
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {number} width
 * @param {number} y
 */
function drawRule(x, c, width, y) {
  x.strokeStyle = c.line;
  x.lineWidth = 1;
  x.beginPath();
  x.moveTo(LEFT, y);
  x.lineTo(width - RIGHT, y);
  x.stroke();
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {number} at
 * @param {number} bottom
 */
function drawPost(x, c, at, bottom) {
  x.strokeStyle = c.text;
  x.lineWidth = 1.5;
  x.globalAlpha = 0.6;
  x.beginPath();
  x.moveTo(at, TOP);
  x.lineTo(at, bottom);
  x.stroke();
  x.globalAlpha = 1;
}
