// When an axis or a range of colours becomes another one, the page says for a while what it was before.

import { localise } from "./numbers.js";
import { powerOf } from "./scales.js";
import { fill } from "./sentences.js";

/** @import { Changes, Decades, RecordedFrame, Strings } from "./types.js" */

const SHOWN = 40; // frames, for which a change is said

/** @param {Decades} decades */
const wordsOfDecades = ([top, decades]) => `${powerOf(top - decades)} … ${powerOf(top)}`;

/** @param {number} end */
export const wordsOfEnd = end =>
  `±${localise(end >= 1e4 || end < 1e-3 ? end.toExponential().replace("e+", "e") : end)}`;

/**
 * Notes at a frame what has changed since the recorded frame before it, where there is one.
 * @param {RecordedFrame} frame
 * @param {RecordedFrame | undefined} former
 * @param {number} k the frame's place
 */
export function noteChanges(frame, former, k) {
  if (!former) return;
  frame.changes = former.changes;
  /**
   * @param {string} name
   * @param {string} before
   */
  const note = (name, before) => {
    frame.changes = { ...frame.changes, [name]: { before, at: k } };
  };
  for (const name of /** @type {("axis" | "decades")[]} */ (["axis", "decades"]))
    if (String(frame[name]) !== String(former[name])) note(name, wordsOfDecades(former[name]));
  const { ranges = {} } = frame;
  for (const name in ranges) {
    const end = former.ranges?.[name];
    if (end !== undefined && end !== ranges[name]) note(name, wordsOfEnd(end));
  }
}

/**
 * What a range was until a moment ago, in words; "" where it is as it was.
 * @param {Changes | undefined} changes
 * @param {string} name
 * @param {number} position the frame that is shown
 * @param {Strings} S
 */
export function changeInWords(changes, name, position, S) {
  const change = changes?.[name];
  if (!change || position - change.at > SHOWN) return "";
  return fill(S["range before"], { range: change.before });
}
