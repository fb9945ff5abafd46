// What the unrolled page says and how it heads its columns: values and gradients are told apart.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, texts } from "./helpers/canvas.js";

const { drawBand } = await import("../../dashboard/player/web/unrolled_band.js");
const { drawSum } = await import("../../dashboard/player/web/unrolled_sum.js");
const { statusOf, wordsOf } = await import("../../dashboard/player/web/unrolled_words.js");
const { lastPhase, stageOf } = await import("../../dashboard/player/web/unrolled_phases.js");

const T = 3;
const H = 2;
const NAMES = ["i", "f", "g", "o", "c", "h"];
const DELTAS = ["da_i", "da_f", "da_g", "da_o"];
const FORWARD = [[0, "forward"]];
const BOTH = [
  [0, "forward"],
  [0, "reverse"],
  [1, "forward"],
  [1, "reverse"],
];
const STRINGS = {
  forward: "Forward: {t} of {T} {symbol}",
  "forward in layer": "Forward, layer {layer}: {t} of {T} {symbol}",
  backward: "Backward: {t} of {T} {symbol}",
  "backward in layer": "Backward, layer {layer}: {t} of {T} {symbol}",
  loss: "Losses {loss}",
  "no loss": "Losses",
  unit: "unit",
  weight: "{place} = {value}, row {row}",
};

function viewAt(phase, layers = FORWARD, layer = 0) {
  const arrays = {};
  for (const name of [...NAMES, ...NAMES.map(n => `d${n}`), ...DELTAS, "h_prev"])
    arrays[name] = new Float32Array(T * H).fill(0.25);
  const view = {
    header: {
      ...{ layers, symbols: ["a", "b", "c"], names: NAMES, gates: ["i", "f", "o"], loss: 0.5 },
      ...{ parts: [["", 0, T]], decades: [1, 8], colours: {}, truncate: 0, strings: STRINGS },
      ...{
        blocks: ["i", "f", "g", "o"],
        terms: [[DELTAS, "h_prev"]],
        shares: layers.map(() => []),
      },
    },
    layers: layers.map(key => ({ key, H, arrays, largest: {}, sum: null, term: null })),
    colours: {
      ...COLOURS,
      signed: COLOURS.sequential,
      slopes: COLOURS.sequential,
      gate: COLOURS.sequential,
    },
    ...{ layer, phase, picked: null, hover: null },
  };
  const now = stageOf(view);
  const reverse = layers[layer][1] === "reverse";
  return { ...view, now: { ...now, t: reverse ? T - 1 - now.step : now.step } };
}

function heads(phase, cell) {
  const canvas = recordedCanvas(600, 200);
  const view = viewAt(phase);
  const band = { k: 0, y: 0, h: 100, open: true, left: t => t * cell, cell, gap: 18 };
  for (let t = 0; t < T; t++) drawBand(view, canvas.getContext("2d"), band, t, []);
  return texts(canvas);
}

describe("the head of a column", () => {
  for (const cell of [92, 200])
    test(`says d where gradients stand, however narrow it is (${cell} px a step)`, () => {
      const mid = heads(lastPhase(viewAt(0)) - 1, cell); // the gradient has come back to steps 3 and 2
      const rows = [0, 1, 2].map(t => mid.slice(6 * t, 6 * t + 6));
      const gradients = NAMES.map(name => `d${name}`);
      assert.deepEqual(
        rows.map(row => row.map(({ text }) => text)),
        [NAMES, gradients, gradients],
      );
      assert.ok(rows[0].every(({ colour }) => colour === "text"));
      assert.ok(rows[2].every(({ colour }) => colour === "gradient"));
    });
});

describe("the line above the picture", () => {
  test("names neither layer nor direction where there is one", () => {
    assert.equal(statusOf(viewAt(1)), "Forward: 2 of 3 b");
    assert.equal(statusOf(viewAt(T)), "Losses 0.5");
    assert.equal(statusOf(viewAt(T + 1)), "Backward: 3 of 3 c");
  });
  test("names the layer that computes, and the direction whose step is told", () => {
    assert.equal(statusOf(viewAt(0, BOTH)), "Forward, layer 1 →: 1 of 3 a");
    assert.equal(statusOf(viewAt(0, BOTH, 1)), "Forward, layer 1 ←: 3 of 3 c");
    assert.equal(statusOf(viewAt(T, BOTH, 2)), "Forward, layer 2 →: 1 of 3 a");
    assert.equal(statusOf(viewAt(2 * T + 1, BOTH, 3)), "Backward, layer 2 ←: 1 of 3 a");
  });
});

describe("a number of the matrix", () => {
  test("is named by its gate, and by its row in torch's parameter", () => {
    const target = { layer: 0, t: 0, name: "da_g", unit: 1, column: 0, value: 0.5 };
    assert.equal(wordsOf(viewAt(6), target), "dW_hg[1, 0] = 0.5, row 5");
  });
  test("is framed while it is under the microscope", () => {
    globalThis.ImageData = class {
      constructor(width, height) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    };
    globalThis.OffscreenCanvas = class {
      getContext() {
        return { putImageData() {} };
      }
    };
    const frames = picked => {
      const canvas = recordedCanvas(400, 400);
      drawSum({ ...viewAt(6), picked }, canvas);
      return canvas.drawn
        .filter(({ name, strokeStyle }) => name === "strokeRect" && strokeStyle === "accent")
        .map(({ arguments: [left, top, width, height] }) => [left + width / 2, top + height / 2]);
    };
    const mark = { layer: 0, t: 0, name: "da_g", unit: 1, column: 0 };
    const [[x, y]] = frames(mark);
    const room = 400 - 96 - 66;
    assert.ok(Math.abs(y - (24 + (5.5 * room) / 8)) < 1e-6);
    const [[right]] = frames({ ...mark, column: 1 });
    assert.ok(right > x);
    assert.deepEqual(frames({ layer: 0, t: 0, name: "dh", unit: 1 }), []);
  });
});
