// What the network says after a step, by the task's kind. A new kind is one line in KINDS.

import { short } from "../canvas.js";
import { writeFixed } from "../numbers.js";
import { targetAt, writeOut } from "../panels/output.js";
import { clamp } from "../scales.js";
import { joinBy } from "../sentences.js";

/** @import { Layout, RecordedFrame, RunView } from "../types.js" */
/** @import { Answer } from "./types.js" */

/**
 * @typedef {object} Kind
 * @property {(view: RunView, frame: RecordedFrame, layout: Layout, t: number) => Answer} answer
 * @property {(labels: string[]) => number} letters how many an answer needs to be told from others
 */

/** @type {Kind} a class, a symbol, a note: the likeliest of them */
const guess = {
  answer(view, frame, layout, t) {
    const { labels } = view.run.header;
    const best = likeliest(frame, t, labels.length);
    const target = targetAt(view, layout, t);
    const chance = chanceOf(frame, t, best, labels.length);
    if (Number.isNaN(chance)) return { text: "NaN", level: 0, mark: null, right: null };
    const right = target === null ? null : target === best;
    return { text: writeOut(labels[best]), level: chance, mark: null, right };
  },
  letters: longestOf,
};

/** @type {WeakMap<string[], number>} */
const longest = new WeakMap();

/**
 * The letters of the longest label, four at most: so many tell it from others.
 * @param {string[]} labels
 */
function longestOf(labels) {
  let letters = longest.get(labels);
  if (letters === undefined) {
    letters = Math.min(4, Math.max(...labels.map(name => name.length)));
    longest.set(labels, letters);
  }
  return letters;
}

/** @type {Kind} yes or no, for each output */
const yesNo = {
  answer(view, frame, layout, t) {
    const { labels, strings: S } = view.run.header;
    const O = labels.length;
    let level = 1; // of the least certain
    let right = /** @type {boolean | null} */ (true);
    const said = [];
    for (const [k, name] of labels.entries()) {
      const p = chanceOf(frame, t, k, O);
      if (Number.isNaN(p)) return { text: "NaN", level: 0, mark: null, right: null };
      const target = targetAt(view, layout, t, k, O);
      level = Math.min(level, Math.max(p, 1 - p));
      if (p > 0.5) said.push(name);
      if (target === null) right = null;
      else if (right !== null && p > 0.5 !== target > 0.5) right = false;
    }
    const text = O === 1 ? (said.length ? S.yes : S.no) : joinBy(S.list, said) || S.none;
    return { text, level, mark: null, right };
  },
  letters: labels => (labels.length > 1 ? 5 : 3),
};

/** @type {Kind} */
const bit = {
  answer(_, frame, layout, t) {
    const p = frame.output[t];
    if (Number.isNaN(p)) return { text: "NaN", level: 0, mark: null, right: null };
    const said = p > 0.5 ? 1 : 0;
    const target = layout.targets[t] ?? null;
    return {
      ...{ text: String(said), level: Math.max(p, 1 - p), mark: null },
      right: target === null ? null : said === target,
    };
  },
  letters: () => 1,
};

/** @type {Kind} a number, and how far it is from the target */
const number = {
  answer(view, frame, layout, t) {
    const O = view.run.header.labels.length;
    const v = frame.output[t * O];
    const target = targetAt(view, layout, t, 0, O);
    const [low, high] = rangeOf(frame, O, target === null ? null : [Math.min(0, target), target]);
    const level = clamp((v - low) / (high - low), 0, 1) || 0;
    const mark = target === null ? null : clamp((target - low) / (high - low), 0, 1);
    return { text: shortNumber(v), level, mark, right: null };
  },
  letters: () => 5,
};

/** @type {Kind} a number in units of its own, whose target is said in words alone */
const value = {
  answer(view, frame, _, t) {
    const O = view.run.header.labels.length;
    const v = frame.output[t * O];
    const [low, high] = rangeOf(frame, O, null);
    return {
      ...{ text: shortNumber(v), mark: null, right: null },
      level: clamp((v - low) / (high - low), 0, 1) || 0,
    };
  },
  letters: () => 5,
};

/** @type {Record<string, Kind>} by the name of the task's panel */
const KINDS = {
  ...{ classes: guess, digits: guess, distances: guess, melody: guess, text: guess },
  ...{ translation: guess, binary: yesNo, bits: bit, values: number, series: value },
};

/**
 * @param {string} kind
 * @returns {Kind}
 */
export const kindOf = kind => KINDS[kind] ?? value;

/**
 * Whether the network has said anything after the step: an encoder does not.
 * @param {Layout} layout
 * @param {number} t
 */
export const isAnswered = (layout, t) => t >= (layout.drawing.boundary ?? 0);

/**
 * @param {RecordedFrame} frame
 * @param {number} t
 * @param {number} k
 * @param {number} O
 */
export const chanceOf = (frame, t, k, O) => frame.output[t * O + k];

/**
 * @param {RecordedFrame} frame
 * @param {number} t
 * @param {number} O
 */
export function likeliest({ output }, t, O) {
  let best = 0;
  for (let k = 1; k < O; k++) if (output[t * O + k] > output[t * O + best]) best = k;
  return best;
}

/**
 * The least and the largest first output of all steps, and of what else has to be on the scale.
 * @param {RecordedFrame} frame
 * @param {number} O
 * @param {number[] | null} others
 * @returns {[low: number, high: number]}
 */
function rangeOf({ output, T }, O, others) {
  let low = Infinity;
  let high = -Infinity;
  for (let t = 0; t < T; t++) {
    const v = output[t * O];
    if (!Number.isFinite(v)) continue;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  for (const v of others ?? []) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return high > low ? [low, high] : [low - 1, high + 1];
}

/** @param {number} v */
export function shortNumber(v) {
  if (Number.isNaN(v)) return "NaN";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
  const size = Math.abs(v);
  let text = short(v);
  if (size >= 1000 && size < 1e6) text = String(Math.round(v));
  else if (size >= 0.1 && size < 10) text = writeFixed(v, 2);
  else if (size >= 1e-3 && size < 0.1) text = writeFixed(v, 3);
  return text.replace("-", "−");
}
