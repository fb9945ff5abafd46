// What the network gets wrong, in words, by the kind of the task's panel: the worst first.

import { writeCount, writeNumber, writeShare } from "../numbers.js";
import { fill } from "../sentences.js";
import { splitLetters, writeOut } from "./output.js";

/** @import { Confusion, Layout, RecordedFrame, RunHeader } from "../types.js" */
/** @import { Tallies } from "./binary.js" */
/** @import { Borrow } from "./bits.js" */
/** @import { Distances } from "./distances.js" */
/** @import { Cut } from "./output.js" */
/** @import { Melodies } from "./melody.js" */
/** @import { Translations } from "./translation.js" */
/** @import { Pairs } from "./values.js" */

/**
 * @typedef {object} Mistakes
 * @property {string} of how many were looked at
 * @property {[what: string, count: string][]} worst
 */
/**
 * @template Results
 * @typedef {(header: RunHeader, results: Results, frame: RecordedFrame, layout: Layout) => Mistakes} Teller
 */

export const MOST_MISTAKES = 3;
const MOST_SENTENCES = 2;
const MOST_BEFORE = 14; // letters that are written before a surprise
const WORDS_BEFORE = 3;

/** @type {Teller<Confusion>} */
const ofCounts = ({ labels, strings: S }, { counts }) => {
  const wrong = counts.flatMap((row, i) =>
    row.flatMap((n, j) => (n && i !== j ? [{ i, j, n, all: sumOf(row) }] : [])),
  );
  wrong.sort((a, b) => b.n - a.n);
  return {
    of: fill(S["of unseen"], { n: writeCount(sumOf(counts.flat())) }),
    worst: wrong
      .slice(0, MOST_MISTAKES)
      .map(({ i, j, n, all }) => [
        `${writeOut(labels[i])} → ${writeOut(labels[j])}`,
        fill(S["n of all"], { n, all: writeCount(all) }),
      ]),
  };
};

/** @type {Teller<Distances & Confusion>} */
const ofDistances = (header, results, frame, layout) => {
  const { strings: S } = header;
  const least = Math.min(...results.accuracies);
  const worst = results.accuracies.indexOf(least);
  const counted = ofCounts(header, results, frame, layout);
  if (least === 1) return counted;
  const words = fill(S["right at distance"], { n: results.distances[worst] });
  return { ...counted, worst: [[words, writeShare(least)], ...counted.worst] };
};

/** @type {Teller<Tallies>} */
const ofTallies = ({ labels, strings: S }, { right, judged }) => ({
  of: fill(S["of unseen"], { n: writeCount(judged) }),
  worst: labels
    .map((name, k) => ({ name, wrong: judged - right[k] }))
    .filter(({ wrong }) => wrong)
    .sort((a, b) => b.wrong - a.wrong)
    .slice(0, MOST_MISTAKES)
    .map(({ name, wrong }) => [
      writeOut(name),
      fill(S["n of all"], { n: wrong, all: writeCount(judged) }),
    ]),
});

/** @type {Teller<Borrow>} */
const ofBorrow = ({ strings: S }, { right, pairs }) => {
  const wrong = Math.round((1 - right) * pairs);
  return {
    of: fill(S["of pairs"], { n: writeCount(pairs) }),
    worst: wrong
      ? [[S["wrong pairs"], fill(S["n of all"], { n: wrong, all: writeCount(pairs) })]]
      : [],
  };
};

/** @type {Teller<Pairs>} */
const ofPairs = ({ strings: S }, { targets, predictions }) => {
  const all = predictions.length;
  const lost = predictions.filter(said => said === null).length;
  const off = targets
    .flatMap((right, k) => {
      const said = predictions[k];
      return said === null || said === right ? [] : [{ right, said }];
    })
    .sort((a, b) => Math.abs(b.said - b.right) - Math.abs(a.said - a.right))
    .map(({ right, said }) =>
      fill(S["said instead"], { said: writeNumber(said), right: writeNumber(right) }),
    );
  if (lost) off.unshift(fill(S["predictions not finite"], { n: lost, all }));
  return {
    of: fill(S["of unseen"], { n: writeCount(all) }),
    worst: off.slice(0, MOST_MISTAKES).map(words => [words, ""]),
  };
};

/** @type {Teller<{ lines: Record<string, (number | null)[]> }>} */
const ofLines = ({ strings: S }, { lines }) => {
  const [truth, said] = /** @type {(number | null)[][]} */ (Object.values(lines));
  const gaps = truth.map((v, k) => {
    const w = said[k];
    return v === null || w === null || w === undefined ? -1 : Math.abs(w - v);
  });
  const by = Math.max(...gaps);
  const k = gaps.indexOf(by);
  const of = fill(S["of steps"], { n: writeCount(truth.length) });
  if (!(by > 0)) return { of, worst: [] };
  const values = { right: writeNumber(truth[k] ?? 0), said: writeNumber(said[k] ?? 0) };
  return { of, worst: [[fill(S["furthest off"], { t: k + 1, ...values }), ""]] };
};

/** @type {Teller<unknown>} */
const ofSurprises = ({ labels, strings: S }, _results, { output }, layout) => {
  const { symbols, targets } = layout;
  const isLetters = /** @type {Layout<Cut>} */ (layout).drawing.unit !== "word";
  const of = S["in what it reads"];
  if (!output) return { of, worst: [] };
  const chances = targets.flatMap((target, t) => {
    if (target === null) return [];
    const row = output.subarray(t * labels.length, (t + 1) * labels.length);
    const chance = row[target];
    return chance < Math.max(...row) ? [{ t, target, chance }] : [];
  });
  chances.sort((a, b) => a.chance - b.chance);
  return {
    of,
    worst: chances.slice(0, MOST_MISTAKES).map(({ t, target, chance }) => {
      const text = isLetters
        ? splitLetters(symbols.slice(0, t + 1).join(""))
            .slice(-MOST_BEFORE)
            .join("")
        : symbols.slice(Math.max(0, t + 1 - WORDS_BEFORE), t + 1).join(" ");
      const words = fill(S["comes after"], { symbol: writeOut(labels[target]), text });
      return [words, fill(S["gave chance"], { chance: writeShare(chance) })];
    }),
  };
};

/** @type {Teller<Translations>} */
const ofTranslations = ({ strings: S }, { sources, targets, written }) => {
  const wrong = written.flatMap((words, k) =>
    words === targets[k] ? [] : [`${sources[k]} → ${words || "…"}`],
  );
  return {
    of: fill(S["of written"], { n: written.length }),
    worst: wrong.slice(0, MOST_SENTENCES).map(words => [words, ""]),
  };
};

/** @type {Teller<Melodies>} */
const ofMelodies = ({ strings: S }, { scales, notes, allowed }) => {
  const played = /** @type {(number | null)[][]} */ (notes);
  return {
    of: fill(S["of notes"], { n: writeCount(played.flat().length) }),
    worst: played
      .map((tune, s) => ({
        ...{ scale: scales[s], all: tune.length },
        wrong: tune.filter(note => note === null || !allowed[s].includes(note)).length,
      }))
      .filter(({ wrong }) => wrong)
      .sort((a, b) => b.wrong - a.wrong)
      .slice(0, MOST_MISTAKES)
      .map(({ scale, wrong, all }) => [
        fill(S["outside scale"], { scale }),
        fill(S["n of all"], { n: wrong, all }),
      ]),
  };
};

// Which results a kind gets, the task says at run time.
/** @type {Record<string, Teller<any>>} */
export const MISTAKES = {
  binary: ofTallies,
  bits: ofBorrow,
  classes: ofCounts,
  digits: ofCounts,
  distances: ofDistances,
  melody: ofMelodies,
  series: ofLines,
  text: ofSurprises,
  translation: ofTranslations,
  values: ofPairs,
};

/** @param {number[]} numbers */
const sumOf = numbers => numbers.reduce((a, b) => a + b, 0);
