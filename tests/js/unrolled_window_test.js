// Which steps the unrolled page draws, and the strip of all of them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { fitSteps, isCompactFirst, normsOf, startAround, startWith, stepsPerColumn, strongestOf } =
  await import("../../dashboard/player/web/unrolled_window.js");
const { keepLitStep, litStepOf } = await import("../../dashboard/player/web/unrolled_lit_step.js");
const { keepPosition, positionOnLeaving } = await import("../../dashboard/player/web/position.js");

describe("the window", () => {
  test("holds whole steps, as many as fit, no wider than they may be", () => {
    assert.deepEqual(fitSteps(50, 1000, 80, 150), { count: 12, cell: 1000 / 12 });
    assert.deepEqual(fitSteps(5, 1000, 80, 150), { count: 5, cell: 150 });
    assert.deepEqual(fitSteps(50, 60, 80, 150), { count: 1, cell: 60 });
  });
  test("has the step of the pass in its middle, as far as there are steps on both sides", () => {
    assert.equal(startAround(20, 11, 50), 15);
    assert.equal(startAround(2, 11, 50), 0);
    assert.equal(startAround(49, 11, 50), 39);
    assert.equal(startAround(3, 7, 5), 0);
  });
  test("moves no further than the cursor needs", () => {
    assert.equal(startWith(10, 12, 5), 10);
    assert.equal(startWith(10, 15, 5), 11);
    assert.equal(startWith(10, 9, 5), 9);
  });
  test("has the states alone where all quantities show too few steps", () => {
    assert.ok(isCompactFirst(50, 11));
    assert.ok(!isCompactFirst(50, 12));
    assert.ok(!isCompactFirst(7, 7));
    assert.ok(isCompactFirst(7, 4));
  });
});

describe("the strip of all steps", () => {
  test("shows the strongest of the steps that share a column", () => {
    assert.equal(stepsPerColumn(1000, 300), 4);
    assert.equal(stepsPerColumn(50, 300), 1);
    assert.deepEqual([...strongestOf([1, 5, 2, 0, 7], 2)], [5, 2, 7]);
    assert.deepEqual([...strongestOf([1, NaN, 2, 3], 2)], [NaN, 3]);
  });
  test("measures a step by its norm over the units", () => {
    assert.deepEqual([...normsOf(Float32Array.of(3, 4, 0, -2), 2)], [5, 2]);
  });
});

describe("the lit step", () => {
  test("is that of Live while it shows the same run, and goes back there", () => {
    assert.equal(litStepOf("abc.100.0.1"), -1);
    keepPosition("", { run: "abc", step: 9, update: 100 });
    assert.equal(litStepOf("abc.100.0.1"), 8);
    assert.equal(litStepOf("other.100.0.1"), -1);
    keepLitStep("other.1.0.1", 3);
    assert.equal(litStepOf("abc.100.0.1"), 8);
    keepLitStep("abc.100.0.1", 20);
    assert.deepEqual(positionOnLeaving("", "abc"), { run: "abc", step: 21 });
  });
});
