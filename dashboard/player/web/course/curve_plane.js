// The plane of a curve that is drawn or laid over another: where its values stand, and what a key does to a point.

import { localise, writeNumber } from "../numbers.js";

/** @import { CurveQuestion } from "./course_types.js" */

export const WIDTH = 320;
export const HEIGHT = 200;
const LEFT = 46;
const RIGHT = 12;
const TOP = 12;
const FOOT = 26;
const TICKS = 5;

/**
 * The places of the points along x, from left to right.
 * @param {CurveQuestion} question
 */
export function placesOf({ x: [from, to], points = 6 }) {
  const n = Math.max(2, Math.min(24, Math.round(points)));
  const areWhole = Number.isInteger(from) && Number.isInteger(to) && Math.abs(to - from) >= n - 1;
  return Array.from({ length: n }, (_, k) => {
    const place = from + ((to - from) * k) / (n - 1);
    return areWhole ? Math.round(place) : place;
  });
}

/** @param {CurveQuestion} question */
export function planeOf({ x: [from, to], y: [low, high], log = false }) {
  const [bottom, top] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  return {
    /** @param {number} x */
    X: x => LEFT + ((x - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT),
    /** @param {number} y what lies beyond stands at the edge */
    Y: y => {
      const v = log ? Math.log10(Math.max(y, 1e-300)) : y;
      const level = Math.min(1, Math.max(0, (v - bottom) / (top - bottom || 1)));
      return HEIGHT - FOOT - level * (HEIGHT - FOOT - TOP);
    },
    /**
     * The value at a height, two digits of it.
     * @param {number} py
     */
    valueAt: py => {
      const level = Math.min(1, Math.max(0, (HEIGHT - FOOT - py) / (HEIGHT - FOOT - TOP)));
      const v = bottom + level * (top - bottom);
      return round(log ? 10 ** v : v, low, high);
    },
    /**
     * Which point is nearest to a place along the width.
     * @param {number} px
     * @param {number[]} places
     */
    nearest: (px, places) => {
      const x = from + ((px - LEFT) / (WIDTH - LEFT - RIGHT)) * (to - from);
      let best = 0;
      for (const [k, place] of places.entries())
        if (Math.abs(place - x) < Math.abs(places[best] - x)) best = k;
      return best;
    },
    ticks: ticksOf([low, high], log),
  };
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const round = (value, low, high) => Math.min(high, Math.max(low, Number(value.toPrecision(2))));

/**
 * @param {[low: number, high: number]} range
 * @param {boolean} log
 * @returns {[value: number, text: string][]}
 */
function ticksOf([low, high], log) {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const every = Math.max(1, Math.ceil((last - first) / TICKS));
    const ticks = [];
    for (let power = last; power >= first; power -= every) ticks.push(10 ** power);
    return ticks.map(value => [value, writePower(value)]);
  }
  return Array.from({ length: TICKS }, (_, k) => {
    const value = low + ((high - low) * k) / (TICKS - 1);
    return [value, writeNumber(Number(value.toPrecision(6)))];
  });
}

/** @param {number} value a power of ten */
function writePower(value) {
  const power = Math.round(Math.log10(value));
  if (power >= -2 && power <= 3) return localise(Number(value.toPrecision(1)));
  return `10${[...String(power)].map(sign => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
}

/**
 * What a key makes of a point's value; null: it means nothing to it. A point that is not there yet begins where its
 * nearest neighbour is, else in the middle.
 * @param {string} key
 * @param {(number | null)[]} values
 * @param {number} k of the point
 * @param {CurveQuestion} question
 * @returns {number | null}
 */
export function valueAfterKey(key, values, k, { y: [low, high], log = false }) {
  if (key === "Home") return high;
  if (key === "End") return low;
  const sizes = { ArrowUp: 1, ArrowDown: -1, PageUp: 3, PageDown: -3 };
  const steps = sizes[/** @type {keyof typeof sizes} */ (key)];
  if (!steps) return null;
  const value = values[k];
  if (value === null || value === undefined) return neighbour(values, k) ?? middle(low, high, log);
  const next = log ? value * 10 ** (steps / 3) : value + (steps * (high - low)) / 20;
  return round(next, low, high);
}

/**
 * @param {(number | null)[]} values
 * @param {number} k
 */
function neighbour(values, k) {
  for (let by = 1; by < values.length; by++)
    for (const j of [k - by, k + by]) {
      const value = values[j];
      if (typeof value === "number") return value;
    }
  return null;
}

/**
 * @param {number} low
 * @param {number} high
 * @param {boolean} log
 */
const middle = (low, high, log) => round(log ? Math.sqrt(low * high) : (low + high) / 2, low, high);
