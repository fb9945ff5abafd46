// The phases of an update in slow motion: on the unrolled page, and of a player.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { countRounds, knownAt, lastPhase, phaseOfReturn, stageOf } = await import(
  "../../dashboard/player/web/unrolled_phases.js"
);
const { advanceSlowMotion, startSlowMotion } = await import(
  "../../dashboard/player/web/stepping.js"
);

const ONE_WAY = [
  [0, "forward"],
  [1, "forward"],
];
const BOTH_WAYS = [
  [0, "forward"],
  [0, "reverse"],
  [1, "forward"],
  [1, "reverse"],
];
const network = (layers, phase = 0, T = 3) => ({
  header: { layers, symbols: Array(T).fill("x") },
  phase,
});
const phases = layers =>
  Array.from({ length: lastPhase(network(layers)) + 1 }, (_, k) => network(layers, k));

describe("the unrolled page", () => {
  test("goes once through the steps where all layers read forward", () => {
    assert.equal(countRounds(network(ONE_WAY)), 1);
    const stages = phases(ONE_WAY)
      .map(view => stageOf(view))
      .map(({ stage, step }) => `${stage} ${step}`);
    assert.deepEqual(stages, [
      "forward 0",
      "forward 1",
      "forward 2",
      "loss 2",
      "backward 2",
      "backward 1",
      "backward 0",
    ]);
  });
  test("goes through the steps once for each layer where layers read both ways", () => {
    assert.equal(countRounds(network(BOTH_WAYS)), 2);
    const stages = phases(BOTH_WAYS).map(view => stageOf(view));
    assert.deepEqual(
      stages.slice(0, 6).map(({ round, step }) => [round, step]),
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
        [1, 1],
        [1, 2],
      ],
    );
    assert.deepEqual(
      stages.slice(7).map(({ round, step }) => [round, step]),
      [
        [1, 2],
        [1, 1],
        [1, 0],
        [0, 2],
        [0, 1],
        [0, 0],
      ],
    );
  });
  test("knows of each step first nothing, then its values, then its gradients", () => {
    const order = ["", "values", "gradients"];
    for (const layers of [ONE_WAY, BOTH_WAYS])
      for (const k of layers.keys())
        for (const t of [0, 1, 2]) {
          const known = phases(layers).map(view => order.indexOf(knownAt(view, k, t)));
          assert.deepEqual(known, [...known].sort(), `layer ${k}, step ${t}`);
          assert.equal(known.at(-1), 2);
        }
  });
  test("knows a step's values in the phase that reads it, in the direction in which its layer reads", () => {
    const first = layers => (k, t) => phases(layers).findIndex(view => knownAt(view, k, t) !== "");
    assert.deepEqual(
      [0, 1, 2].map(t => first(ONE_WAY)(1, t)),
      [0, 1, 2],
    );
    assert.deepEqual(
      [0, 1, 2].map(t => first(BOTH_WAYS)(1, t)),
      [2, 1, 0],
    );
    assert.deepEqual(
      [0, 1, 2].map(t => first(BOTH_WAYS)(2, t)),
      [3, 4, 5],
    );
  });
  test("goes with a click on a bar to the phase that brings that step's gradient", () => {
    for (const step of [0, 1, 2]) {
      const view = network(ONE_WAY);
      const there = stageOf({ ...view, phase: phaseOfReturn(view, step) });
      assert.deepEqual([there.stage, there.step], ["backward", step]);
    }
  });
});

describe("a player's slow motion", () => {
  const frames = [0, 1].map(index => ({ index, T: 2, traces: [], scalars: {} }));
  test("goes forward, stays at the loss, comes back, and goes on to the next update", () => {
    const run = { frames, position: 0, header: { done: true } };
    const view = { run, slow: startSlowMotion() };
    const seen = [];
    for (let k = 0; k < 11; k++) {
      advanceSlowMotion(view, view.slow, 1);
      seen.push(`${run.position} ${view.slow.stage} ${view.slow.t}`);
    }
    assert.deepEqual(seen, [
      ...["0 forward 0", "0 forward 1", "0 loss 2", "0 loss 2", "0 loss 2", "0 loss 2"],
      ...["0 backward 1", "0 backward 0", "1 forward -1", "1 forward 0", "1 forward 1"],
    ]);
  });
});
