// How fast slow motion goes: at three speeds, by the length of the sequence.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./helpers/canvas.js";

const { playSlowly, startSlowMotion } = await import("../../dashboard/player/web/stepping.js");

/**
 * How many steps it has gone after a second of 64 frames.
 * @param {number} slowness
 * @param {number} T
 */
function stepsOfASecond(slowness, T) {
  const frame = { index: 0, T, traces: [] };
  const run = { frames: [frame], position: 0, header: { layouts: [] } };
  const view = { run, slowness, slow: startSlowMotion(), dirty: false };
  for (let k = 0; k < 64; k++) playSlowly(/** @type {any} */ (view), 1000 / 64);
  return view.slow.t + 1;
}

test("a short sequence takes four steps a second, a long one four seconds", () => {
  assert.equal(stepsOfASecond(1, 12), 4);
  assert.equal(stepsOfASecond(1, 80), 20);
});

test("a half and a quarter of it are so", () => {
  assert.equal(stepsOfASecond(0.5, 80), 10);
  assert.equal(stepsOfASecond(0.25, 80), 5);
  assert.equal(stepsOfASecond(0.25, 12), 1);
});
