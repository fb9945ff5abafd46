// The rail of a lesson: what is typed, what is stored, what is drawn, and when a reader may go on.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/page.js";

globalThis.document.documentElement ??= { lang: "en" };
globalThis.ResizeObserver = class {
  observe() {}
};

const web = "../../dashboard/player/web/course";
const { isClose, readNumber } = await import(`${web}/typed_number.js`);
const { merge, parse, startedAnew, withAnswer, withVisit } = await import(`${web}/answers.js`);
const { progressIn } = await (async () => {
  globalThis.window = Object.assign(globalThis.window ?? {}, { addEventListener() {} });
  return import(`${web}/progress.js`);
})();
const { placesOf, planeOf, valueAfterKey } = await import(`${web}/curve_plane.js`);
const { isPredicted, isPredictionDue } = await import(`${web}/steps.js`);
const { scaleOf } = await import(`${web}/dot_plot.js`);
const { selectorOf } = await import(`${web}/points.js`);
const { shiftCondition } = await import(`${web}/page_width.js`);
const { howFar, isOfThisStep } = await import(`${web}/steps/until.js`);
const { isHit } = await import(`${web}/steps/click.js`);
const { shuffled } = await import(`${web}/steps/match.js`);
const { isPlayLocked, lockPlay } = await import(`${web}/lock.js`);

describe("a typed number", () => {
  for (const [typed, value] of [
    ["0.5", 0.5],
    ["0,5", 0.5],
    [",5", 0.5],
    ["-3", -3],
    ["−3", -3],
    ["1e-3", 0.001],
    ["5,2e-3", 0.0052],
    ["2 × 10^-3", 0.002],
    ["1,840", 1840],
    ["1.234,5", 1234.5],
    ["1,234.5", 1234.5],
    ["1.000.000", 1e6],
    ["0,125", 0.125],
    ["６２．５％", 62.5],
    ["62,5 %", 62.5],
  ])
    test(`${typed} is ${value}`, () => assert.deepEqual(readNumber(typed, "%"), { value }));

  for (const [typed, problem] of [
    ["", "empty"],
    ["  %", "empty"],
    ["abc", "no number"],
    ["1e400", "too large"],
    ["1".repeat(41), "too long"],
    ["1-2", "no number"],
    ["NaN", "no number"],
    ["0x10", "no number"],
    ["Infinity", "no number"],
  ])
    test(`“${typed.slice(0, 9)}” is ${problem}`, () =>
      assert.deepEqual(readNumber(typed, "%"), { problem }));

  test("loses the unit behind it", () => {
    assert.deepEqual(readNumber("3,5 ms", "ms"), { value: 3.5 });
    assert.deepEqual(readNumber("3,5 km", "ms"), { problem: "no number" });
  });

  test("is the answer within a relative tolerance, and an absolute one about 0", () => {
    assert.ok(isClose(0.0054, 0.0052, 0.05));
    assert.ok(!isClose(0.0055, 0.0052, 0.05));
    assert.ok(isClose(-104, -100, 0.05));
    assert.ok(isClose(0.04, 0, 0.05) && !isClose(0.06, 0, 0.05));
    assert.ok(isClose(7, 7, 0));
    assert.ok(!isClose(Number.NaN, 7, 1));
  });
});

const none = parse(null);
const stepsOf = stored => stored.lessons.tiny.steps;

describe("the answers of two tabs", () => {
  const one = withAnswer(withAnswer(none, "tiny", "a", "first", 10), "tiny", "b", 1, 20);
  const other = withAnswer(withAnswer(none, "tiny", "a", "second", 15), "tiny", "c", 2, 12);

  test("are all there, and of one step the later write wins", () => {
    for (const both of [merge(one, other), merge(other, one)]) {
      assert.equal(stepsOf(both).a.value, "second");
      assert.equal(stepsOf(both).b.value, 1);
      assert.equal(stepsOf(both).c.value, 2);
    }
  });

  test("of other lessons stay as they are", () => {
    const both = merge(one, withAnswer(none, "other", "a", 3, 1));
    assert.equal(both.lessons.other.steps.a.value, 3);
    assert.equal(stepsOf(both).a.value, "first");
  });

  test("from before a new start come back from no tab", () => {
    const anew = startedAnew(one, "tiny", 30);
    assert.deepEqual(stepsOf(merge(anew, other)), {});
    const again = withAnswer(anew, "tiny", "a", "third", 31);
    assert.deepEqual(Object.keys(stepsOf(merge(other, again))), ["a"]);
  });

  test("keep when a step was seen last", () => {
    const both = merge(withVisit(one, "tiny", "a", 50), other);
    assert.deepEqual([stepsOf(both).a.seen, stepsOf(both).a.value], [50, "second"]);
  });
});

describe("what is stored", () => {
  test("is read again as it was written", () => {
    const stored = withAnswer(none, "tiny", "a", [1, null], 10);
    assert.deepEqual(parse(JSON.stringify(stored)), stored);
  });

  for (const text of [
    "",
    "{",
    "7",
    "[]",
    '{"version": 2, "lessons": {"tiny": {}}}',
    '{"version": 1, "lessons": 5}',
  ])
    test(`is nothing where it makes no sense: ${text}`, () =>
      assert.deepEqual(parse(text).lessons, {}));

  test("is bounded", () => {
    const long = withAnswer(none, "tiny", "a", "x".repeat(5000), 10);
    assert.equal(stepsOf(parse(JSON.stringify(long))).a.value, undefined);
    const many = {
      version: 1,
      lessons: Object.fromEntries(Array.from({ length: 500 }, (_, k) => [k, {}])),
    };
    assert.equal(Object.keys(parse(JSON.stringify(many)).lessons).length, 100);
  });

  test("says how far the reader is", () => {
    const stored = withVisit(withVisit(none, "tiny", "c", 5), "tiny", "a", 9);
    const told = progressIn(stored.lessons.tiny, ["a", "b", "c", "d"]);
    assert.deepEqual(told, { at: "a", reached: 3, of: 4, done: false });
    assert.deepEqual(progressIn({ begun: 0, done: 0, steps: {} }, ["a"]).at, "");
  });
});

describe("a drawn curve", () => {
  const question = { x: [50, 1], y: [1e-6, 1], log: true, points: 5 };

  test("has its points from left to right at whole steps", () => {
    assert.deepEqual(placesOf(question), [50, 38, 26, 13, 1]);
    assert.deepEqual(placesOf({ x: [0, 1], y: [0, 1], points: 3 }), [0, 0.5, 1]);
  });

  test("finds under the pointer the value and the point that stand there", () => {
    const plane = planeOf(question);
    for (const value of [1, 0.01, 1e-6]) assert.equal(plane.valueAt(plane.Y(value)), value);
    assert.equal(plane.nearest(plane.X(40), placesOf(question)), 1);
    assert.equal(plane.valueAt(-50), 1);
    assert.equal(plane.valueAt(5000), 1e-6);
  });

  test("shows what lies beyond the plane at its edge", () => {
    const plane = planeOf(question);
    assert.equal(plane.Y(0), plane.Y(1e-6));
    assert.equal(plane.Y(1e9), plane.Y(1));
  });

  test("is moved by keys: a decade in three presses, to the ends, never beyond", () => {
    const values = [null, 0.01, null, null, null];
    assert.equal(valueAfterKey("ArrowUp", values, 1, question), 0.022);
    assert.equal(valueAfterKey("PageUp", values, 1, question), 0.1);
    assert.equal(valueAfterKey("PageDown", values, 1, question), 0.001);
    assert.equal(valueAfterKey("Home", values, 1, question), 1);
    assert.equal(valueAfterKey("End", values, 1, question), 1e-6);
    assert.equal(valueAfterKey("ArrowUp", [1], 0, question), 1);
    assert.equal(valueAfterKey("x", values, 1, question), null);
  });

  test("begins where its neighbour is, else in the middle", () => {
    assert.equal(valueAfterKey("ArrowUp", [null, null, 0.5], 0, question), 0.5);
    assert.equal(valueAfterKey("ArrowDown", [null, null], 0, question), 0.001);
    const straight = { x: [0, 1], y: [0, 10] };
    assert.equal(valueAfterKey("ArrowUp", [null], 0, straight), 5);
    assert.equal(valueAfterKey("ArrowUp", [5], 0, straight), 5.5);
  });
});

describe("going on", () => {
  const steps = [
    { id: "intro", kind: "read" },
    { id: "ask", kind: "predict", predict: { choice: ["a", "b"] } },
    { id: "more", kind: "predict", predict: { number: {} } },
    { id: "train", kind: "until" },
    { id: "next", kind: "predict", predict: { choice: ["a"] } },
  ];
  const given = values => ({
    steps: Object.fromEntries(Object.entries(values).map(([id, value]) => [id, { value }])),
  });

  test("needs an answer to the question: one of its keys, a number, a whole curve", () => {
    assert.ok(isPredicted({ choice: ["a", "b"] }, "b"));
    assert.ok(!isPredicted({ choice: ["a", "b"] }, "c"));
    assert.ok(isPredicted({ number: {} }, 0) && !isPredicted({ number: {} }, null));
    assert.ok(isPredicted({ curve: {} }, [1, 2]) && !isPredicted({ curve: {} }, [1, null]));
  });

  test("plays nothing while a prediction is due, also on the way to it", () => {
    assert.ok(isPredictionDue(steps, 0, given({})));
    assert.ok(isPredictionDue(steps, 1, given({ ask: "a" }))); // the second one
    assert.ok(!isPredictionDue(steps, 1, given({ ask: "a", more: 3 })));
    assert.ok(!isPredictionDue(steps, 3, given({})));
    assert.ok(isPredictionDue(steps, 4, given({})));
  });

  test("the lock has a sentence, or there is none", () => {
    lockPlay("First say what you expect.");
    assert.ok(isPlayLocked());
    lockPlay("");
    assert.ok(!isPlayLocked());
  });

  const S = { "update of": "{n} of {of}", "metric of": "{n} so far", "not tested": "none" };
  const now = { update: 30, metrics: { "held-out mse": 0.02 }, rises: false, columns: {} };
  test("waits for an update, a metric in its direction, or seconds", () => {
    assert.equal(howFar({ update: 40 }, now, 0, S).share, 0.75);
    assert.equal(howFar({ metric: "mse", reaches: 0.01 }, now, 0, S).share, 0.5);
    const better = { ...now, metrics: { "held-out mse": 0.005 } };
    assert.ok(howFar({ metric: "mse", reaches: 0.01 }, better, 0, S).share >= 1);
    const rises = { ...now, metrics: { "held-out accuracy": 0.45 }, rises: true };
    assert.equal(howFar({ metric: "accuracy", reaches: 0.9 }, rises, 0, S).share, 0.5);
    assert.equal(howFar({ metric: "other", reaches: 1 }, now, 0, S).share, 0);
    const columns = { b: { "held-out mse": 0.01 } };
    const of = { metric: "mse", reaches: 0.01, column: "b" };
    assert.equal(howFar(of, { ...now, columns }, 0, S).share, 1);
  });
  test("does not count what the run of the step before has trained", () => {
    assert.ok(!isOfThisStep(null, null, 60), "nothing is shown yet");
    assert.ok(!isOfThisStep({ run: "a" }, "a", 1), "it may still be the run of the step before");
    assert.ok(isOfThisStep({ run: "b" }, "a", 1), "another has begun");
    assert.ok(isOfThisStep({ run: "a" }, "a", 6), "it goes on in this step");
  });
});

describe("a click as an answer", () => {
  const now = { pin: { t: 1, row: "h", unit: 2 }, sizes: [0.1, 1, 0.3] };
  test("is right at the step, at the unit, or where the gradient is largest", () => {
    assert.ok(isHit({ step: 2 }, now) && !isHit({ step: 1 }, now));
    assert.ok(isHit({ unit: "h.2" }, now) && !isHit({ unit: "c.2" }, now));
    assert.ok(isHit({ largest: "gradient" }, now));
    assert.ok(!isHit({ largest: "gradient" }, { ...now, sizes: [1, 0.5, 0.3] }));
    assert.ok(!isHit({ step: 2 }, { ...now, pin: null }));
  });
});

describe("other parts", () => {
  test("curves to match stand in another order than their words, the same at each visit", () => {
    for (const keys of [
      ["a", "b", "c", "d"],
      ["as_is", "clipped"],
      ["d", "c", "b", "a"],
    ]) {
      assert.notDeepEqual(shuffled(keys), keys);
      assert.deepEqual(shuffled(keys), shuffled(keys));
      assert.deepEqual([...shuffled(keys)].sort(), [...keys].sort());
    }
  });

  test("a scale holds all values, of powers of ten where they lie far apart", () => {
    assert.deepEqual(scaleOf([95], { low: 0, high: 100 }), { low: 0, high: 100, isLog: false });
    assert.equal(scaleOf([120], { low: 0, high: 100 }).high, 120);
    assert.ok(scaleOf([1e-6, 1], {}).isLog);
    assert.ok(!scaleOf([0, 1], {}).isLog);
    assert.deepEqual(scaleOf([], {}), { low: 0, high: 1, isLog: false });
  });

  test("what is pointed at has a name, or a pattern with a plain end", () => {
    assert.equal(selectorOf("play"), ".strip .play");
    assert.equal(selectorOf("row:f"), ".player .row.f");
    assert.equal(selectorOf("row:remembers"), ".player .row.h");
    for (const name of ["", "row:", "row:a b", "row:x, body", "nothing", "toString", "key:"])
      assert.equal(selectorOf(name), "", name);
  });

  test("a narrower page is meant by a narrower window", () => {
    const shift = text => shiftCondition(text, 336);
    assert.equal(shift("(max-width: 900px)"), "(max-width: 1236px)");
    assert.equal(
      shift("(min-width: 640px) and (max-width: 900px)"),
      "(min-width: 976px) and (max-width: 1236px)",
    );
    assert.equal(shift("print"), "print");
  });
});
