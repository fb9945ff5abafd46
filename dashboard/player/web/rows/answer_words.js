// What the network says, in a sentence: after the steps it has read, and what the loss makes of it.

import { writeFixed } from "../numbers.js";
import { splitLetters, targetAt, writeOut } from "../panels/output.js";
import { fill } from "../sentences.js";
import { chanceOf, isAnswered, kindOf, shortNumber } from "./answers.js";

/** @import { Layout, RecordedFrame, RunView } from "../types.js" */

const MOST_READ = 28; // characters of what was read

/** @param {number} p */
export function percent(p) {
  if (Number.isNaN(p)) return "NaN";
  if (p > 0 && p < 0.005) return "<1 %";
  return p < 1 && p > 0.995 ? ">99 %" : `${Math.round(100 * p)} %`;
}

/**
 * What was read up to a step: letters with hyphens, words with spaces; the end of it where it is long.
 * @param {string[]} symbols
 * @param {number} t
 */
export function readSoFar(symbols, t) {
  const read = symbols.slice(0, t + 1).map(writeOut);
  const areLetters = read.every(symbol => splitLetters(symbol).length === 1);
  const between = areLetters && read.length <= 10 ? "-" : areLetters ? "" : " ";
  const text = read.join(between);
  if (text.length <= MOST_READ) return text;
  let from = read.length - 1;
  while (from > 0 && read.slice(from - 1).join(between).length <= MOST_READ) from -= 1;
  return `… ${read.slice(from).join(between)}`;
}

/**
 * What is said after a step: "Greek 79 % (target Italian 2 %)".
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {number} t
 */
export function answerInWords(view, frame, layout, t) {
  const { kind, labels, strings: S } = view.run.header;
  if (!isAnswered(layout, t)) return S["says nothing yet"];
  const { text, level, right } = kindOf(kind).answer(view, frame, layout, t);
  if (text === "NaN") return "NaN";
  const target = targetAt(view, layout, t, 0, kind === "values" ? labels.length : 1);
  if (kind === "series") return text;
  if (kind === "values")
    return target === null
      ? text
      : fill(S["value and target"], { value: text, target: shortNumber(target) });
  const told = `${withChance(text, level)}${right ? " ✓" : ""}`;
  if (right !== false || target === null || labels.length < 3) return told;
  const name = labels[target];
  const ofTarget = withChance(writeOut(name), chanceOf(frame, t, target, labels.length));
  return fill(S["value and target"], { value: told, target: ofTarget });
}

/**
 * A name and its chance; a number's chance is set apart from it.
 * @param {string} name
 * @param {number} chance
 */
const withChance = (name, chance) =>
  /\d$/.test(name) ? `${name} (${percent(chance)})` : `${name} ${percent(chance)}`;

/**
 * After a step: "After b-o-n-o: Greek 79 % (target Italian 2 %)."
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {number} t
 */
export const sentenceAfter = (view, frame, layout, t) =>
  fill(view.run.header.strings["after so far"], {
    read: readSoFar(layout.symbols, t),
    says: answerInWords(view, frame, layout, t),
  });

/**
 * What the loss makes of the answer: "Italian got 2 %: loss 3.9." "" where the page cannot know it.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function lossInWords(view, frame, layout) {
  const { at, kind, labels, strings: S } = view.run.header;
  const { targets } = layout;
  if (kind === "series" || targets.every(target => target === null)) return "";
  const last = frame.T - 1;
  const loss = lossOf(view, frame, layout);
  if (at === "every" || kind === "binary")
    return fill(S["loss of all"], { loss: shortNumber(loss) });
  const target = /** @type {number} */ (targets[0]);
  if (kind === "values") {
    const said = shortNumber(frame.output[last * labels.length]);
    return fill(S["loss of value"], {
      ...{ value: said, target: shortNumber(target), loss: shortNumber(loss) },
    });
  }
  const chance = percent(chanceOf(frame, last, target, labels.length));
  return fill(S["loss of class"], {
    ...{ label: writeOut(labels[target]), chance, loss: writeFixed(loss, loss < 0.1 ? 3 : 1) },
  });
}

/**
 * The loss of the sequence that is watched: the mean over its answers.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
function lossOf(view, frame, { targets }) {
  const { at, kind, labels } = view.run.header;
  const O = labels.length;
  const areNumbers = kind === "values" || kind === "binary" || kind === "bits";
  const each = areNumbers ? O : 1; // targets of a step
  let sum = 0;
  let count = 0;
  for (const [k, target] of targets.entries()) {
    if (target === null) continue;
    const t = at === "every" ? Math.floor(k / each) : frame.T - 1;
    if (t >= frame.T) break;
    const v = frame.output[t * O + (areNumbers ? k % each : target)];
    if (kind === "values") sum += (v - target) ** 2;
    else sum -= Math.log(areNumbers && target < 0.5 ? 1 - v : v);
    count += 1;
  }
  return sum / count;
}

/**
 * The guesses after every step, for whoever does not see them.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function allAnswersInWords(view, frame, layout) {
  const steps = [];
  for (let t = Math.max(0, frame.T - 16); t < frame.T; t++)
    if (isAnswered(layout, t))
      steps.push(`${writeOut(layout.symbols[t])}: ${answerInWords(view, frame, layout, t)}`);
  return steps.join("; ");
}
