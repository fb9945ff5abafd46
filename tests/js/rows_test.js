// What the named rows of the Live page say, by kind of task.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS } from "./helpers/canvas.js";

const { kindOf, shortNumber } = await import("../../dashboard/player/web/rows/answers.js");
const { answerInWords, lossInWords, percent, readSoFar, sentenceAfter } = await import(
  "../../dashboard/player/web/rows/answer_words.js"
);
const { shareInWords, wholeOf } = await import("../../dashboard/player/web/rows/shares.js");
const { readingOf } = await import("../../dashboard/player/web/rows/reading.js");
const { stepsWithText } = await import("../../dashboard/player/web/rows/strip.js");
const { litStepOf, moveUnit } = await import("../../dashboard/player/web/rows/lighting.js");

const SENTENCES = {
  list: "{first}, {second}",
  "two sentences": "{first} {second}",
  ...{ "after so far": "After {read}: {says}.", "says nothing yet": "still reading" },
  ...{ yes: "yes", no: "no", none: "none", "value and target": "{value}, target {target}" },
  "keeps share": "{gate}: keeps {share} of the old value.",
  "gradient here last": "Gradient here: {share} of the end's.",
  "gradient here every": "Gradient here: {share} of the largest.",
  "loss of class": "{label} got {chance}: loss {loss}.",
  "loss of value": "Said {value}, target {target}: loss {loss}.",
  "loss of all": "Loss, the mean over all answers: {loss}.",
};

// The view of one run: header: what is not as in a task with classes.
const viewOf = (header, more = {}) => ({
  ...{ t: -1, row: null, unit: 0, layer: 0, show: "values", slow: null, colours: COLOURS },
  run: {
    header: {
      ...{ kind: "classes", at: "last", labels: ["Greek", "Italian", "Irish"], names: ["z", "h"] },
      ...{ gates: ["z"], layers: [[0, "forward"]], strings: SENTENCES, carry: null, ...header },
    },
  },
  ...more,
});
const frameOf = (output, O) => ({ T: output.length / O, output: Float32Array.from(output) });
const layoutOf = (symbols, targets, drawing = {}) => ({ symbols, targets, drawing, answer: "" });

describe("what is said after a step", () => {
  const names = frameOf([0.2, 0.5, 0.3, 0.79, 0.02, 0.19], 3);
  const layout = layoutOf(["b", "o"], [1]);
  const answer = (header, frame, shown, t) =>
    kindOf(header.kind ?? "classes").answer(viewOf(header), frame, shown, t);

  test("is the likeliest class, its chance, and whether it is right", () => {
    assert.deepEqual(
      [0, 1].map(t => {
        const { text, right } = answer({}, names, layout, t);
        return [text, right];
      }),
      [
        ["Italian", true],
        ["Greek", false],
      ],
    );
    assert.ok(Math.abs(answer({}, names, layout, 1).level - 0.79) < 1e-6);
    assert.equal(answer({}, names, layoutOf(["b", "o"], [null]), 0).right, null);
  });
  test("is at each step compared with the target of that step, where there is one for each", () => {
    const header = { kind: "text", at: "every" };
    const shown = layoutOf(["b", "o"], [1, 0]);
    assert.deepEqual(
      [0, 1].map(t => answer(header, names, shown, t).right),
      [true, true],
    );
  });
  test("is a bit with the chance of the bit that is said", () => {
    const header = { kind: "bits", at: "every", labels: ["p"] };
    const bits = frameOf([0.1, 0.7], 1);
    const shown = layoutOf(["0 1", "1 1"], [0, 0]);
    const [first, second] = [0, 1].map(t => answer(header, bits, shown, t));
    assert.deepEqual([first.text, first.right, second.text, second.right], ["0", true, "1", false]);
    assert.ok(Math.abs(first.level - 0.9) < 1e-6);
  });
  test("is yes or no, or the outputs that are said to hold, right where all of them are", () => {
    const one = { kind: "binary", labels: ["odd"] };
    assert.equal(answer(one, frameOf([0.8], 1), layoutOf(["x"], [1]), 0).text, "yes");
    const two = { kind: "binary", labels: ["odd", "large"] };
    const both = frameOf([0.9, 0.6], 2);
    const right = answer(two, both, layoutOf(["x"], [1, 1]), 0);
    assert.deepEqual([right.text, right.right], ["odd, large", true]);
    assert.equal(answer(two, both, layoutOf(["x"], [1, 0]), 0).right, false);
    assert.equal(answer(two, frameOf([0.1, 0.2], 2), layoutOf(["x"], [0, 0]), 0).text, "none");
  });
  test("is a number on the scale from 0 to the target", () => {
    const header = { kind: "values", labels: ["v"] };
    const said = answer(header, frameOf([0.2, 0.4], 1), layoutOf(["x", "y"], [0.8]), 1);
    assert.equal(said.text, "0.40");
    assert.ok(Math.abs(said.level - 0.5) < 1e-6 && said.mark === 1);
  });
  test("is NaN where it is no number", () => {
    for (const kind of ["classes", "bits", "binary", "values"])
      assert.equal(
        answer({ kind, labels: ["v"] }, frameOf([NaN], 1), layoutOf(["x"], [0]), 0).text,
        "NaN",
      );
  });
});

describe("sentences", () => {
  const view = viewOf({});
  const frame = frameOf([0.2, 0.5, 0.3, 0.79, 0.02, 0.19], 3);
  const layout = layoutOf(["b", "o"], [1]);

  test("name the guess, and the chance of what is right beside it", () => {
    assert.equal(
      sentenceAfter(view, frame, layout, 1),
      "After b-o: Greek 79 %, target Italian 2 %.",
    );
    assert.equal(sentenceAfter(view, frame, layout, 0), "After b: Italian 50 % ✓.");
  });
  test("say of numbers what the target is, and of an encoder that it still reads", () => {
    const values = viewOf({ kind: "values", labels: ["v"] });
    const said = answerInWords(values, frameOf([0.42], 1), layoutOf(["x"], [0.8]), 0);
    assert.equal(said, "0.42, target 0.80");
    const pair = layoutOf(["a", "→"], [null, 0], { boundary: 1 });
    const translation = viewOf({ kind: "translation", at: "every" });
    assert.equal(answerInWords(translation, frame, pair, 0), "still reading");
    assert.equal(answerInWords(translation, frame, pair, 1), "Greek 79 % ✓");
  });
  test("set a number apart from its chance", () => {
    const bits = viewOf({ kind: "bits", at: "every", labels: ["p"] });
    assert.equal(answerInWords(bits, frameOf([0.8], 1), layoutOf(["x"], [1]), 0), "1 (80 %) ✓");
  });
  test("say what the loss makes of the answer", () => {
    assert.equal(lossInWords(view, frame, layout), "Italian got 2 %: loss 3.9.");
    const values = viewOf({ kind: "values", labels: ["v"] });
    assert.equal(
      lossInWords(values, frameOf([0.1, 0.42], 1), layoutOf(["x", "y"], [0.8])),
      "Said 0.42, target 0.80: loss 0.14.",
    );
    const bits = viewOf({ kind: "bits", at: "every", labels: ["p"] });
    const mean = -(Math.log(0.9) + Math.log(0.7)) / 2;
    assert.equal(
      lossInWords(bits, frameOf([0.1, 0.7], 1), layoutOf(["x", "y"], [0, 1])),
      `Loss, the mean over all answers: ${mean.toFixed(2)}.`,
    );
    assert.equal(lossInWords(view, frame, layoutOf(["b", "o"], [null])), "");
    assert.equal(lossInWords(viewOf({ kind: "series" }), frame, layout), "");
  });
  test("hyphenate letters, and keep the end of what is long", () => {
    assert.equal(readSoFar(["y", "a", "m"], 1), "y-a");
    assert.equal(readSoFar(["the", "cat", "sees"], 1), "the cat");
    const long = Array(20).fill("0.25");
    assert.match(readSoFar(long, 19), /^… (0\.25 ?){5}$/);
  });
});

describe("percentages", () => {
  test("of an answer are never 0 or 100 where they are not quite", () => {
    assert.deepEqual([0, 0.001, 0.024, 0.9999, 1, NaN].map(percent), [
      ...["0 %", "<1 %", "2 %", ">99 %", "100 %", "NaN"],
    ]);
  });
  test("of a gradient are powers where small, and times where large; 0 and what is no number are said", () => {
    const cases = [
      ...[
        [1, "100 %"],
        [0.8, "80 %"],
        [0.004, "0.4 %"],
        [5e-4, "5e-4"],
        [1e-6, "1e-6"],
        [3.2, "320 %"],
      ],
      ...[
        [320, "×320"],
        [4e5, "×4e5"],
        [0, "0"],
        [Infinity, "∞"],
        [NaN, "NaN"],
      ],
    ];
    for (const [share, text] of cases) assert.equal(shareInWords(share * 2, 2), text);
    assert.equal(shareInWords(1e-3, 0), "1.0e-3", "of nothing, the size itself");
  });
  test("are of the step of the loss, else of the largest", () => {
    const trace = { norms: { h: Float32Array.of(4, 1, 2), c: Float32Array.of(1, 1, 3) } };
    assert.equal(wholeOf(viewOf({}), trace, 3), 2);
    assert.equal(wholeOf(viewOf({ layers: [[0, "reverse"]] }), trace, 3), 4);
    assert.equal(wholeOf(viewOf({ at: "every" }), trace, 3), 4);
    assert.equal(wholeOf(viewOf({ names: ["c", "h"] }), trace, 3), 3);
  });
});

test("numbers are short", () => {
  assert.deepEqual([0.42, -0.05, 1080.4, 0, 1e-5, Infinity].map(shortNumber), [
    ...["0.42", "−0.050", "1080", "0", "1.0e−5", "∞"],
  ]);
});

describe("the reading", () => {
  const trace = {
    H: 2,
    values: { h: Uint8Array.of(253, 127, 232, 127), z: Uint8Array.of(0, 0, 231, 0) },
    grads: { h: new Uint8Array(4), z: new Uint8Array(4) },
    norms: { h: Float32Array.of(0.8, 1), z: Float32Array.of(1, 1) },
    shares: Float32Array.of(0, 0),
    ranges: { h: 1, z: 1 },
  };
  const frame = { ...frameOf([0.2, 0.5, 0.3, 0.79, 0.02, 0.19], 3), decades: [0, 4] };
  const layout = layoutOf(["b", "o"], [1]);
  const lit = { t: 1, row: "h", unit: 0 };
  const reading = (carry, more) => readingOf(viewOf({ carry }, more), frame, trace, layout);

  test("says what is lit: the answer, the number, what the gate keeps, the gradient", () => {
    assert.equal(
      reading({ gate: "z", keeps: true, replaces: true }, lit),
      "After b-o: Greek 79 %, target Italian 2 %. h[0] ≈ +0.83. z[0] ≈ 0.91: keeps 91 % of the old value. " +
        "Gradient here: 100 % of the end's.",
    );
  });
  test("turns a gate round that overwrites where it is 1", () => {
    assert.match(reading({ gate: "z", keeps: false, replaces: true }, lit), /keeps 9 % of the old/);
    assert.doesNotMatch(reading(null, lit), /keeps/);
  });
  test("gives the end away at no moment of slow motion", () => {
    const slow = (stage, t, more = {}) => reading(null, { slow: { stage, t }, ...more });
    assert.equal(slow("forward", -1), "");
    assert.equal(slow("forward", 0), "After b: Italian 50 % ✓.");
    assert.equal(slow("forward", 0, lit), "");
    assert.match(slow("loss", 2), /^Italian got 2 %: loss 3\.9\. After b-o/);
    assert.doesNotMatch(slow("backward", 1, { t: 0 }), /Gradient/);
    assert.match(slow("backward", 0, { t: 0 }), /Gradient here: 80 %/);
  });
});

describe("texts along the axis", () => {
  const middles = (T, every, first) =>
    stepsWithText(T, every, first).map(t => Math.max(every / 2, Math.min(T - every / 2, t + 0.5)));
  test("stand at all steps where there is room for all", () => {
    assert.deepEqual(stepsWithText(4, 1, [-1, 3]), [0, 1, 2, 3]);
  });
  test("never lie on each other, not at the ends either", () => {
    for (const lit of [-1, 0, 1, 7, 98, 99])
      for (const every of [2, 3, 7, 16]) {
        const places = middles(100, every, [lit, 99]);
        for (let k = 1; k < places.length; k++) assert.ok(places[k] - places[k - 1] >= every);
        assert.ok(places.length >= 50 / every);
      }
  });
  test("stand at the lit step, then at the last", () => {
    assert.ok(stepsWithText(100, 7, [98, 99]).includes(98));
    assert.ok(stepsWithText(100, 7, [50, 99]).includes(99));
    assert.ok(!stepsWithText(100, 7, [98, 99]).includes(99));
  });
});

describe("what is lit", () => {
  test("is the step of slow motion, where the reader lights none", () => {
    const at = (slow, t = -1, layers = [[0, "forward"]]) =>
      litStepOf(viewOf({ layers }, { slow, t }), 8);
    assert.equal(at(null), -1);
    assert.equal(at({ stage: "forward", t: 2 }), 2);
    assert.equal(at({ stage: "forward", t: 2 }, 5), 5);
    assert.equal(at({ stage: "loss", t: 8 }), -1);
    assert.equal(at({ stage: "forward", t: 2 }, -1, [[0, "reverse"]]), 5);
  });
  test("moves from unit to unit by keys, and at a map's end to the next map", () => {
    const traces = [{ H: 2 }];
    const view = { t: 1, row: null, unit: 0, layer: 0, page: { rows: {} } };
    view.run = { frames: [{ T: 3, traces }], position: 0 };
    view.page.rows.maps = [{ name: "h" }, { name: "z" }];
    const walk = [];
    for (const by of [1, 1, 1, -1, -1, -1]) {
      assert.ok(moveUnit(view, by));
      walk.push(`${view.row}${view.unit}`);
    }
    assert.deepEqual(walk, ["h0", "h1", "z0", "h1", "h0", "h0"]);
    assert.ok(!moveUnit({ ...view, t: -1 }, 1), "where no step is lit, the page scrolls");
  });
});
