// What a panel shows, in words for who cannot see it: the answer at the lit step, then the rest of the picture.

import { writeNumber, writeShare } from "../numbers.js";
import { fill, joinBy } from "../sentences.js";
import { likeliestAt, litStep, outputsAt, splitLetters, targetAt, writeOut } from "./output.js";

/** @import { Layout, RecordedFrame, RunView } from "../types.js" */

/** @typedef {(view: RunView, frame: RecordedFrame, layout: Layout) => string} Answer */

const GUESSES = 2;
const MOST_SYMBOLS = 8; // that are named, of all that were read
const MOST_OUTPUTS = 4;
const MOST_WRITTEN = 3;

/**
 * @param {string} kind
 * @param {RunView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {any} results
 */
export function describePanel(kind, view, frame, layout, results) {
  const { strings: S } = view.run.header;
  const answer = (ANSWERS[kind] ?? ofChances)(view, frame, layout);
  if (!results) return answer;
  const rest = SHOWN[kind]?.(S, results, layout) ?? "";
  return joinBy(S["two sentences"], [answer, rest].filter(Boolean));
}

/** @type {Answer} */
function ofChances(view, frame, layout) {
  const { kind, labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const guesses = likeliestAt(view, frame, t, GUESSES);
  const target = targetAt(view, layout, t);
  const values = {
    text: kind === "digits" ? fill(S["row so far"], { t: t + 1 }) : readSoFar(layout, t),
    guesses: joinBy(
      S.list,
      guesses.map(([name, chance]) => `${name} ${writeShare(chance)}`),
    ),
  };
  if (target === null) return fill(S["panel says"], values);
  return fill(S["panel says, target"], { ...values, target: writeOut(labels[target]) });
}

/** @type {Answer} */
function ofNumber(view, frame, layout) {
  const { labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const target = targetAt(view, layout, t, 0, labels.length);
  const values = { t: t + 1, value: writeNumber(frame.output[t * labels.length]) };
  if (target === null) return fill(S["step says"], values);
  return fill(S["step says, target"], { ...values, target: writeNumber(target) });
}

/** @type {Answer} */
function ofYesNo(view, frame, layout) {
  const { labels, strings: S } = view.run.header;
  const t = litStep(view, frame);
  const answers = outputsAt(view, frame, t).map(([name, chance, k]) => {
    const right = targetAt(view, layout, t, k, labels.length);
    const values = { name, chance: writeShare(chance) };
    if (right === null) return fill(S["yes with"], values);
    return fill(S["yes with, right"], { ...values, right: right > 0.5 ? S.yes : S.no });
  });
  const more = answers.length > MOST_OUTPUTS ? ["…"] : [];
  return fill(S["step answers"], {
    t: t + 1,
    answers: [...answers.slice(0, MOST_OUTPUTS), ...more].join("; "),
  });
}

/** @type {Answer} */
function ofBit(view, frame, layout) {
  const t = litStep(view, frame);
  const values = { t: t + 1, chance: writeShare(frame.output[t]), right: layout.targets[t] ?? "?" };
  return fill(view.run.header.strings["bit says"], values);
}

/** @type {Record<string, Answer>} */
const ANSWERS = { binary: ofYesNo, bits: ofBit, series: ofNumber, values: ofNumber };

/**
 * What the picture has beside the answer.
 * @type {Record<string, (S: Record<string, string>, results: any, layout: Layout<any>) => string>}
 */
const SHOWN = {
  bits: (S, _results, { drawing: { a, b } }) =>
    fill(S["shows subtraction"], { a, b, difference: a - b }),
  classes: S => S["shows confusion"],
  digits: S => S["shows digit"],
  distances: S => S["shows distances"],
  melody: (S, { scales }) => fill(S["shows melodies"], { scales: joinBy(S.list, scales) }),
  series: (S, { lines }) => fill(S["shows lines"], { names: joinBy(S.list, Object.keys(lines)) }),
  text: (S, { text }) =>
    fill(S["shows text"], { text: splitLetters(text).map(writeOut).join("").replaceAll("␣", " ") }),
  translation: (S, { sources, written }) =>
    fill(S["shows translations"], {
      pairs: sources
        .slice(0, MOST_WRITTEN)
        .map((/** @type {string} */ source, /** @type {number} */ k) => `${source} → ${written[k]}`)
        .join("; "),
    }),
  values: (S, { targets }) => fill(S["shows pairs"], { n: targets.length }),
};

/**
 * The symbols up to a step, spelled; the last ones where there are many.
 * @param {Layout} layout
 * @param {number} t
 */
function readSoFar({ symbols }, t) {
  const isSpelled = symbols.every(symbol => splitLetters(symbol).length === 1);
  const shown = symbols.slice(Math.max(0, t + 1 - MOST_SYMBOLS), t + 1).map(writeOut);
  const more = t + 1 > MOST_SYMBOLS ? "… " : "";
  return more + shown.join(isSpelled ? "-" : " ");
}
