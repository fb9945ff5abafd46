// The reading: what is lit, in words and numbers, below the rows; and spoken, while nothing plays.

import { say } from "../canvas.js";
import { carrierOf } from "../gradient_axis.js";
import { writeFixed } from "../numbers.js";
import { element } from "../page.js";
import { gateOf } from "../scales.js";
import { fill, joinBy } from "../sentences.js";
import { signed } from "../signed_bars.js";
import { isUnseen, lostInWords, numberInWords, wordsAtCursor } from "../time_axis.js";
import { lossInWords, percent, sentenceAfter } from "./answer_words.js";
import { shareInWords, wholeOf } from "./shares.js";

/** @import { Controls, LayerFrame, Layout, RecordedFrame, RunView } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {Controls} controls
 */
export function buildReading(parent, { show }) {
  const sentence = element("p", {});
  const numbers = element("small", {});
  const words = element("div", { class: "words" }, sentence, numbers);
  const spoken = element("div", { class: "spoken", role: "status" });
  const choices = element("div", { class: "choices" }, show);
  parent.append(element("section", { class: "row reading" }, choices, words), spoken);
  return { sentence, numbers, words, spoken };
}

/**
 * @param {RunView} view
 * @param {ReturnType<typeof buildReading>} elements
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function drawReading(view, { sentence, numbers, words, spoken }, frame, trace, layout) {
  words.classList.toggle("loss", view.slow?.stage === "loss");
  words.classList.toggle("unlit", view.t < 0 || view.t >= frame.T);
  const text = readingOf(view, frame, trace, layout);
  say(sentence, text);
  say(numbers, wordsAtCursor(view, frame, trace, layout));
  if (view.run.playing) return;
  numbers.title = numbers.textContent ?? "";
  say(spoken, text);
}

/**
 * "After y-a-m-a: Japanese 74 %. h[12] ≈ +0.83. z[12] ≈ 0.91: keeps 91 % of the old value. Gradient here: 80 % of
 * the end's."
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function readingOf(view, frame, trace, layout) {
  const { T } = frame;
  const isLit = view.t >= 0 && view.t < T;
  const t = isLit ? view.t : newestSeen(view, T);
  const parts = [];
  const hasTask = !view.run.header.elsewhere;
  if (hasTask && view.slow?.stage === "loss") parts.push(lossInWords(view, frame, layout));
  const isRead = t >= 0 && !isUnseen(view, t, false, T);
  if (hasTask && isRead) parts.push(sentenceAfter(view, frame, layout, t));
  if (isLit && isRead && view.row) parts.push(unitInWords(view, frame, trace));
  if (isLit && !isUnseen(view, t, true, T)) {
    parts.push(gradientInWords(view, trace, t, T));
    if (frame.saliency) parts.push(shareOfLoss(view, frame.saliency[t]));
  }
  if (!isLit) parts.push(lostInWords(view, frame));
  return joinBy(view.run.header.strings["two sentences"], parts.filter(Boolean));
}

/**
 * The last step that slow motion has read, else the last of all; -1: none yet.
 * @param {RunView} view
 * @param {number} T
 */
function newestSeen(view, T) {
  let t = T - 1;
  while (t >= 0 && isUnseen(view, t, false, T)) t -= 1;
  return t;
}

/**
 * The number that is lit, and how much of the unit's old value the gate keeps.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 */
function unitInWords(view, frame, trace) {
  const { carry, strings: S } = view.run.header;
  const row = /** @type {string} */ (view.row);
  if (!(row in trace.values)) return "";
  const number = `${numberInWords(view, row, frame, trace).replace("-", "−")}.`;
  if (!carry || view.show === "gradients") return number;
  const unit = Math.min(view.unit, trace.H - 1);
  const v = gateOf(trace.values[carry.gate][view.t * trace.H + unit]);
  if (Number.isNaN(v)) return number;
  const kept = fill(S["keeps share"], {
    gate: `${carry.gate}[${unit}] ≈ ${writeFixed(v, 2)}`,
    share: percent(carry.keeps ? v : 1 - v),
  });
  return row === carry.gate ? kept : `${number} ${kept}`;
}

/**
 * @param {RunView} view
 * @param {number | null} share
 */
const shareOfLoss = (view, share) =>
  fill(view.run.header.strings["share here"], { share: signed(share) });

/**
 * @param {RunView} view
 * @param {LayerFrame} trace
 * @param {number} t
 * @param {number} T
 */
function gradientInWords(view, trace, t, T) {
  const { at, names, strings: S } = view.run.header;
  const share = shareInWords(trace.norms[carrierOf(names)][t], wholeOf(view, trace, T));
  return fill(S[`gradient here ${at}`], { share });
}
