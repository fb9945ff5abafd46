// The points of a curve over the updates: their extremes are kept, so that its axis is known without another look.

/** @import { Curve, Extremes, Point } from "./types.js" */

/**
 * Adds a point, or replaces the last one where it is at the same place.
 * @param {Curve} curve
 * @param {Point} point
 */
export function addPoint(curve, point) {
  const last = curve.length - 1;
  if (last >= 0 && curve[last][0] === point[0]) {
    curve[last] = point;
    curve.extremes = undefined; // the former point may have been one of them
  } else {
    curve.push(point);
    if (curve.extremes) widen(curve.extremes, point[1]);
  }
}

/**
 * The smallest and the largest of a curve's values.
 * @param {Curve} curve
 */
export function extremesOf(curve) {
  if (curve.extremes) return curve.extremes;
  const extremes = { low: Infinity, high: -Infinity, least: Infinity, most: 0 };
  for (const [, v] of curve) widen(extremes, v);
  curve.extremes = extremes;
  return extremes;
}

/**
 * @param {Extremes} extremes
 * @param {number} v
 */
function widen(extremes, v) {
  if (v < extremes.low) extremes.low = v;
  if (v > extremes.high) extremes.high = v;
  if (v > 0 && v < extremes.least) extremes.least = v;
  if (v > extremes.most) extremes.most = v;
}

/**
 * The latest point at or before position k.
 * @param {Point[]} points
 * @param {number} k
 */
export function pointAt(points, k) {
  let lowest = 0;
  let highest = points.length;
  while (lowest < highest) {
    const middle = (lowest + highest) >> 1;
    if (points[middle][0] <= k) lowest = middle + 1;
    else highest = middle;
  }
  return lowest ? points[lowest - 1] : null;
}

/**
 * The best of the points at or before position k, the first of several that are alike; null of none.
 * @param {Point[]} points
 * @param {number} k
 * @param {boolean} rises whether higher is better
 */
export function bestUntil(points, k, rises) {
  /** @type {Point | null} */
  let best = null;
  for (const point of points) {
    if (point[0] > k) break;
    if (!best || (rises ? point[1] > best[1] : point[1] < best[1])) best = point;
  }
  return best;
}

/**
 * Its value.
 * @param {Point[]} points
 * @param {number} k
 */
export const valueAt = (points, k) => pointAt(points, k)?.[1] ?? null;
