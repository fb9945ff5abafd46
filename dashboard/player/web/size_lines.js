// Lines of sizes on a logarithmic axis. What the axis does not hold is drawn as beyond it, never as a point on it:
// a triangle at the edge for a larger or smaller number, a cross for what is no number, a ring at the foot for 0.

/** @import { Decades, Pen } from "./types.js" */

/**
 * @typedef {object} Plane
 * @property {(k: number) => number} X where point k stands
 * @property {(level: number) => number} Y where a level 0 .. 1 of the axis stands
 * @property {Decades} decades
 * @property {boolean} [upright] whether the axis of sizes runs to the right, and points one below the other
 */
/** @typedef {{ colour: string, wide: number, dash?: number[], dots?: boolean }} Look */

export const MARK = 4; // px, half a mark's width

/**
 * Where a size stands: "on" the axis, "above" or "below" it, "zero", or "lost" where it is no number.
 * @param {number} v
 * @param {Decades} decades
 */
function placeOnAxis(v, [top, decades]) {
  if (Number.isNaN(v)) return "lost";
  if (v === 0) return "zero";
  const exponent = Math.log10(v);
  if (exponent > top + 1e-6) return "above";
  return exponent < top - decades - 1e-6 ? "below" : "on";
}

/**
 * @param {Pen} x
 * @param {Plane} plane
 * @param {number} count
 * @param {(k: number) => number | null} sizeOf null: there is nothing at this point
 * @param {Look} look
 * @returns {boolean} whether any of them is 0
 */
export function drawSizes(x, plane, count, sizeOf, { colour, wide, dash = NONE, dots }) {
  x.strokeStyle = x.fillStyle = colour;
  x.lineWidth = wide;
  x.setLineDash(dash);
  x.beginPath();
  let isDrawing = false;
  let isAlone = false; // a point without a neighbour is a dot, or nothing would be seen
  let hasZero = false;
  let hasMarks = false;
  let hasAlone = false;
  for (let k = 0; k <= count; k++) {
    const v = k < count ? sizeOf(k) : null;
    const isOn = v !== null && placeOnAxis(v, plane.decades) === "on";
    if (isOn) to(x, plane, k, v, isDrawing);
    else if (isAlone) hasAlone = true;
    isAlone = isOn && !isDrawing;
    isDrawing = isOn;
    if (v === null || isOn) continue;
    hasMarks = true;
    hasZero ||= v === 0;
  }
  x.stroke();
  x.setLineDash(NONE);
  if (dots || hasAlone) drawDots(x, plane, count, sizeOf, wide, !dots);
  if (hasMarks) drawMarks(x, plane, count, sizeOf);
  return hasZero;
}

/** @type {number[]} */
const NONE = [];

/**
 * @param {number} v
 * @param {Decades} decades
 */
const levelOf = (v, [top, decades]) => (Math.log10(v) - top + decades) / decades;

/**
 * @param {Pen} x
 * @param {Plane} plane
 * @param {number} k
 * @param {number} v
 * @param {boolean} isDrawing
 */
function to(x, { X, Y, decades, upright }, k, v, isDrawing) {
  const along = X(k);
  const size = Y(levelOf(v, decades));
  if (isDrawing) x.lineTo(upright ? size : along, upright ? along : size);
  else x.moveTo(upright ? size : along, upright ? along : size);
}

/**
 * @param {Pen} x
 * @param {Plane} plane
 * @param {number} count
 * @param {(k: number) => number | null} sizeOf
 * @param {number} wide
 * @param {boolean} onlyAlone
 */
function drawDots(x, { X, Y, decades, upright }, count, sizeOf, wide, onlyAlone) {
  /** @param {number} k */
  const isOn = k => {
    const v = k < 0 || k >= count ? null : sizeOf(k);
    return v !== null && placeOnAxis(v, decades) === "on";
  };
  for (let k = 0; k < count; k++) {
    if (!isOn(k) || (onlyAlone && (isOn(k - 1) || isOn(k + 1)))) continue;
    const size = Y(levelOf(/** @type {number} */ (sizeOf(k)), decades));
    x.beginPath();
    x.arc(upright ? size : X(k), upright ? X(k) : size, Math.max(1.5, wide), 0, 7);
    x.fill();
  }
}

/**
 * @param {Pen} x
 * @param {Plane} plane
 * @param {number} count
 * @param {(k: number) => number | null} sizeOf
 */
function drawMarks(x, { X, Y, decades, upright }, count, sizeOf) {
  x.lineWidth = 1.2;
  for (let k = 0; k < count; k++) {
    const v = sizeOf(k);
    const place = v === null ? "on" : placeOnAxis(v, decades);
    if (place === "on") continue;
    const edge = Y(place === "above" || place === "lost" ? 1 : 0);
    const left = upright ? edge : X(k);
    const top = upright ? X(k) : edge;
    if (place === "lost") drawCross(x, left, top);
    else if (place === "zero") drawRing(x, left, top);
    else drawArrowHead(x, left, top, place === "above" ? 1 : -1, upright ?? false);
  }
}

/**
 * @param {Pen} x
 * @param {number} left
 * @param {number} top
 */
export function drawCross(x, left, top) {
  x.beginPath();
  x.moveTo(left - MARK + 1, top - MARK + 1);
  x.lineTo(left + MARK - 1, top + MARK - 1);
  x.moveTo(left - MARK + 1, top + MARK - 1);
  x.lineTo(left + MARK - 1, top - MARK + 1);
  x.stroke();
}

/**
 * @param {Pen} x
 * @param {number} left
 * @param {number} top
 */
function drawRing(x, left, top) {
  x.beginPath();
  x.arc(left, top, MARK - 1.5, 0, 7);
  x.stroke();
}

/**
 * With its tip towards larger sizes (way 1), or smaller ones (-1).
 * @param {Pen} x
 * @param {number} left
 * @param {number} top
 * @param {number} way
 * @param {boolean} upright
 */
export function drawArrowHead(x, left, top, way, upright) {
  x.beginPath();
  if (upright) {
    x.moveTo(left + way * MARK, top);
    x.lineTo(left - way * MARK, top - MARK);
    x.lineTo(left - way * MARK, top + MARK);
  } else {
    x.moveTo(left, top - way * MARK);
    x.lineTo(left - MARK, top + way * MARK);
    x.lineTo(left + MARK, top + way * MARK);
  }
  x.fill();
}
