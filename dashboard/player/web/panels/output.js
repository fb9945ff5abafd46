// What the network says after one step of the probe: shared by the panels.

import { write } from "../canvas.js";
import { fill } from "../sentences.js";

/** @import { Layout, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {[name: string, probability: number, label: number]} Entry */
/** @typedef {{ left?: number, top: number, width: number, row: number, names: number }} Place row: its height, names: their width */

/**
 * One bar per entry, the right one marked.
 * @param {RunView} view
 * @param {Pen} x
 * @param {Place} place
 * @param {Entry[]} entries
 * @param {number | null} target the label that is right
 */
export function drawBars(view, x, { left = 0, top, width, row, names }, entries, target) {
  const c = view.colours;
  const size = Math.max(11, Math.min(13, row - 2));
  const every = Math.ceil(12 / row); // rows too low for letters: some
  const room = width - names - 42;
  for (const [j, [name, probability, label]] of entries.entries()) {
    const y = top + row * (j + 0.5);
    const isRight = label === target;
    x.fillStyle = c.soft;
    x.fillRect(left + names, y - row * 0.36, room, row * 0.72);
    x.fillStyle = isRight ? c.accent : c.muted;
    if (probability > 0) x.fillRect(left + names, y - row * 0.36, room * probability, row * 0.72);
    if (j % every) continue;
    const colour = isRight ? c.accent : c.text;
    write(x, name, left + names - 6, y, colour, size, "right", isRight ? 700 : 400);
    const percent = Number.isNaN(probability) ? "NaN" : `${Math.round(probability * 100)} %`;
    write(x, percent, left + width, y, c.text, size, "right");
  }
}

/**
 * The width of the names before the bars, where a panel leaves it to them.
 * @param {number} width
 */
export const widthOfNames = width => Math.min(76, width * 0.4);

/**
 * The step that is lit, else the last one.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 */
export const litStep = (view, frame) => (view.t >= 0 && view.t < frame.T ? view.t : frame.T - 1);

/**
 * What is right after step t for output k: null if unknown. A task that answers last has one answer for all steps.
 * @param {RunView} view
 * @param {Pick<Layout, "targets">} layout
 * @param {number} t
 * @param {number} k
 * @param {number} outputs that have a target each
 */
export function targetAt(view, layout, t, k = 0, outputs = 1) {
  const answer = view.run.header.at === "every" ? t : 0;
  return layout.targets[answer * outputs + k] ?? null;
}

/**
 * What the network says after a step: an entry for each label.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {number} t
 * @returns {Entry[]}
 */
export function outputsAt(view, frame, t = litStep(view, frame)) {
  const { labels } = view.run.header;
  return labels.map((name, k) => [writeOut(name), frame.output[t * labels.length + k], k]);
}

/**
 * The likeliest labels after a step.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {number} t
 * @param {number} n
 */
export const likeliestAt = (view, frame, t, n) =>
  outputsAt(view, frame, t)
    .sort(([, a], [, b]) => b - a)
    .slice(0, n);

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The letters of a text, as a reader sees them: with their marks.
 * @param {string} text
 */
export const splitLetters = text => [...segmenter.segment(text)].map(({ segment }) => segment);

const SEEN = new Map(
  Object.entries({ " ": "␣", "\n": "↵", "\t": "⇥", "\u3000": "␣", "\u00a0": "␣" }),
);

/**
 * A symbol that can be seen.
 * @param {string} symbol
 */
export const writeOut = symbol => SEEN.get(symbol) ?? symbol;

/** @typedef {{ unit?: string, unknown: string[] }} Cut what a symbol is called; those typed that are not in the data */

/**
 * What was typed and is not in the data: the network reads one symbol for all of them.
 * @param {Cut} cut
 * @param {Record<string, string>} S
 */
export function nameUnknown({ unit = "word", unknown }, S) {
  const kind = unit === "word" ? "unknown word" : "unknown character";
  const symbols = unknown.map(writeOut).join(unit === "word" ? ", " : " ");
  return fill(S[unknown.length === 1 ? kind : `${kind}s`], { n: unknown.length, symbols });
}
