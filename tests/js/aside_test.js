// How good a network is and what it gets wrong, in words: the numbers are exact, and nothing is claimed beyond them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { bestAt, bestInWords, curveInWords, headlineAt } = await import(
  "../../dashboard/player/web/aside/headline.js"
);
const { spreadLabels } = await import("../../dashboard/player/web/curve_labels.js");
const { writeNumber, writeShare } = await import("../../dashboard/player/web/numbers.js");
const { PANELS } = await import("../../dashboard/player/web/panels/index.js");
const { MISTAKES } = await import("../../dashboard/player/web/panels/mistakes.js");

const plain = text => text.replaceAll("\u00a0", " ");

describe("a share", () => {
  test("is a whole percentage", () => assert.equal(plain(writeShare(0.674)), "67 %"));
  test("is 100 % and 0 % of all and none alone", () => {
    assert.equal(plain(writeShare(1)), "100 %");
    assert.equal(plain(writeShare(0.9996)), "99.9 %");
    assert.equal(plain(writeShare(0.996)), "99.6 %");
    assert.equal(plain(writeShare(0)), "0 %");
    assert.equal(plain(writeShare(0.0004)), "0.04 %");
  });
});

describe("a number", () => {
  const cases = [
    [0.0021043, "0.0021"],
    [1 / 6, "0.167"],
    [0.01, "0.01"],
    [8.6012, "8.60"],
    [18.233, "18.2"],
    [-0.5, "−0.5"],
    [1840.4, "1,840"],
    [0, "0"],
    [2.14e-6, "2.1 × 10⁻⁶"],
    [-3.2e7, "−3.2 × 10⁷"],
    [Infinity, "∞"],
    [NaN, "NaN"],
  ];
  for (const [value, written] of cases)
    test(`${value} is written ${written}`, () => assert.equal(plain(writeNumber(value)), written));
});

describe("labels beside a plot", () => {
  const overlaps = (middles, heights) =>
    middles.some((a, i) =>
      middles.some((b, j) => i < j && Math.abs(a - b) < (heights[i] + heights[j]) / 2 - 1e-9),
    );
  test("stay where they belong when there is room", () => {
    assert.deepEqual(spreadLabels([80, 20], [13, 13], 0, 100), [80, 20]);
  });
  test("part around the place that two want", () => {
    assert.deepEqual(spreadLabels([50, 50], [10, 10], 0, 100), [45, 55]);
  });
  test("never overlap nor leave the plot, in the order of their curves", () => {
    const wanted = [90, 88, 89, 10, 87, 2];
    const heights = [13, 26, 13, 13, 13, 13];
    const middles = spreadLabels(wanted, heights, 0, 100);
    assert.ok(!overlaps(middles, heights), middles.join());
    for (const [k, middle] of middles.entries()) {
      assert.ok(middle - heights[k] / 2 >= -1e-9);
      assert.ok(middle + heights[k] / 2 <= 100 + 1e-9);
    }
    assert.deepEqual(order(middles), order(wanted));
  });
  const order = values => [...values.keys()].sort((a, b) => values[a] - values[b]);
});

describe("the headline", () => {
  const S = {
    list: "{first}, {second}",
    "two sentences": "{first} {second}",
    ...{ "not tested": "Not tested yet.", "tested at": "at {n}", "tested untrained": "untrained" },
    ...{ "solved to": "solved: {bound} or less", "solved from": "solved: {bound} or more" },
    "curve in words": "{title} over {n} updates: {values}.",
    "best so far": "best: {value} at {n}",
  };
  const run = (isShare, held, position, more = {}) => ({
    header: {
      ...{
        headline: isShare ? "accuracy" : "mse",
        "headline title": isShare ? "Accuracy" : "MSE",
        "headline is share": isShare,
        strings: S,
      },
      score: {
        ...{ unseen: "of names it has never seen are right", seen: "of names it was trained on" },
        baselines: [{ label: "guessing", words: "always saying the commonest", value: 0.126 }],
        ...{ solved: null, rises: isShare, ...more },
      },
    },
    curves: {
      [`held-out ${isShare ? "accuracy" : "mse"}`]: held,
      [`train ${isShare ? "accuracy" : "mse"}`]: held.slice(1).map(([k, v]) => [k, v + 0.03]),
    },
    frames: [0, 500, 1000, 1100].map(index => ({ index })),
    position,
  });
  const held = [
    [0, 0.09],
    [2, 0.674],
  ];
  test("is the latest evaluation at or before the update that is shown", () => {
    const now = headlineAt(run(true, held, 3));
    assert.equal(plain(now.figure), "67 %");
    assert.equal(now.claim, "of names it has never seen are right");
    assert.deepEqual(
      now.details.map(([value, words]) => [plain(value), words]),
      [
        ["70 %", "of names it was trained on"],
        ["13 %", "always saying the commonest"],
      ],
    );
    assert.equal(now.when, "at 1,000");
    assert.equal(plain(headlineAt(run(true, held, 1)).figure), "9 %");
  });
  test("rings the best evaluation so far, unless it is the latest", () => {
    const points = [0.09, 0.7, 0.7, 0.4].map((v, k) => [k, v]);
    assert.deepEqual(bestAt(run(true, points, 3)), [1, 0.7]);
    assert.equal(plain(bestInWords(run(true, points, 3))), "best: 70 % at 500");
    assert.equal(bestAt(run(true, points, 1)), null);
    assert.deepEqual(bestAt(run(true, points, 2)), [1, 0.7]);
    assert.deepEqual(bestAt(run(false, points, 3)), [0, 0.09], "an error is best when it is small");
    assert.equal(bestInWords(run(true, [], 3)), "");
  });
  test("says what is not known yet", () => {
    const untrained = headlineAt(run(true, held, 1));
    assert.equal(untrained.details[0][0], "–");
    assert.equal(untrained.when, "untrained");
    const none = headlineAt(run(true, [], 1));
    assert.deepEqual([none.figure, none.claim, none.when], ["–", "Not tested yet.", ""]);
  });
  test("calls it solved at its bound and not before", () => {
    const at = value => plain(headlineAt(run(false, [[0, value]], 1, { solved: 0.01 })).when);
    assert.equal(at(0.0101), "untrained");
    assert.equal(at(0.0099), "untrained · solved: 0.01 or less");
    const share = value => plain(headlineAt(run(true, [[0, value]], 1, { solved: 0.99 })).when);
    assert.equal(share(0.989), "untrained");
    assert.equal(share(0.99), "untrained · solved: 99 % or more");
  });
  test("has a curve that is said in words", () => {
    const lines = ["train", "held-out"].map((set, k) => ({
      name: `${set} accuracy`,
      label: ["seen", "new"][k],
    }));
    const words = curveInWords(run(true, held, 2), {
      ...{ lines, marks: [["guessing", 0.126]], unit: true },
    });
    assert.equal(plain(words), "Accuracy over 1,000 updates: new 67 %, seen 70 %, guessing 13 %.");
  });
});

describe("the worst mistakes", () => {
  const S = {
    ...{ "of unseen": "of {n} unseen", "n of all": "{n} of {all}", "of steps": "of {n} steps" },
    ...{ "said instead": "said {said} instead of {right}", "of notes": "of {n} notes" },
    "furthest off": "at {t}: said {said} instead of {right}",
    "predictions not finite": "{n} of {all} lost",
    "comes after": "{symbol} after {text}",
    "gave chance": "got {chance}",
    "outside scale": "outside {scale}",
    "right at distance": "at distance {n}",
    "of pairs": "of {n} pairs",
    "wrong pairs": "with a wrong bit",
    "of written": "of {n} written",
    "in what it reads": "here",
  };
  const told = (kind, results, header = {}, frame = {}, layout = {}) => {
    const { of, worst } = MISTAKES[kind]({ strings: S, ...header }, results, frame, layout);
    return { of, worst: worst.map(texts => texts.map(plain)) };
  };
  const counts = [
    [90, 8, 2],
    [0, 50, 21],
    [0, 0, 1000],
  ];
  const labels = ["Irish", "Italian", "Spanish"];

  test("every panel has words", () => {
    assert.deepEqual(Object.keys(MISTAKES).sort(), Object.keys(PANELS).sort());
  });
  for (const kind of ["classes", "digits"])
    test(`${kind}: the most frequent first, counted among their own`, () => {
      assert.deepEqual(told(kind, { counts }, { labels }), {
        of: "of 1,171 unseen",
        worst: [
          ["Italian → Spanish", "21 of 71"],
          ["Irish → Italian", "8 of 100"],
          ["Irish → Spanish", "2 of 100"],
        ],
      });
    });
  test("none where all are right", () => {
    assert.deepEqual(told("classes", { counts: [[3, 0], [0, 4]] }, { labels }).worst, []); // biome-ignore format: a matrix
  });
  test("distances: the worst distance before the confusions", () => {
    const results = { counts, distances: [1, 5, 9], accuracies: [1, 0.5, 0.75] };
    const { worst } = told("distances", results, { labels });
    assert.deepEqual(worst.slice(0, 2), [
      ["at distance 5", "50 %"],
      ["Italian → Spanish", "21 of 71"],
    ]);
  });
  test("binary: the outputs that are wrong most often", () => {
    const results = { right: [9, 10, 4], judged: 10 };
    assert.deepEqual(told("binary", results, { labels: ["a", "b", "c"] }).worst, [
      ["c", "6 of 10"],
      ["a", "1 of 10"],
    ]);
  });
  test("bits: the pairs with a wrong bit", () => {
    assert.deepEqual(told("bits", { correlations: [], right: 0.75, pairs: 136 }).worst, [
      ["with a wrong bit", "34 of 136"],
    ]);
    assert.deepEqual(told("bits", { correlations: [], right: 1, pairs: 136 }).worst, []);
  });
  test("values: the furthest off, and what is no number", () => {
    const results = { targets: [1, 0.5, 0.2, 1.5], predictions: [1.9, 0.5, null, 0.25] };
    assert.deepEqual(told("values", results).worst, [
      ["1 of 4 lost", ""],
      ["said 0.25 instead of 1.5", ""],
      ["said 1.9 instead of 1", ""],
    ]);
  });
  test("series: the step that is furthest off", () => {
    const results = { lines: { truth: [1, 2, 3], network: [null, 2.25, 1], naive: [9, 9, 9] } };
    assert.deepEqual(told("series", results).worst, [["at 3: said 1 instead of 3", ""]]);
  });
  test("text: what came with the least chance and was not expected", () => {
    const layout = { symbols: ["t", "h", "e"], targets: [1, 0, null], drawing: {} };
    const frame = { output: new Float32Array([0.9, 0.1, 0.8, 0.2, 0.5, 0.5]) };
    assert.deepEqual(told("text", {}, { labels: ["e", "h"] }, frame, layout).worst, [
      ["h after t", "got 10 %"],
    ]);
  });
  test("translation: what it wrote instead", () => {
    const results = { sources: ["a", "b"], targets: ["x", "y"], written: ["x", "z"] };
    assert.deepEqual(told("translation", results).worst, [["b → z", ""]]);
  });
  test("melody: notes outside the scale, and steps without one", () => {
    const results = {
      ...{ scales: ["major", "blues"], right: 0.5 },
      ...{ notes: [[0, 2], [1, null]], allowed: [[0, 2], [0]] }, // biome-ignore format: two tunes
    };
    assert.deepEqual(told("melody", results), {
      of: "of 4 notes",
      worst: [["outside blues", "2 of 2"]],
    });
  });
});
