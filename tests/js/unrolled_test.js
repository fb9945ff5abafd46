// What the unrolled page says and how it heads its columns: values and gradients are told apart.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, rectangles, texts } from "./helpers/canvas.js";

const { drawBand } = await import("../../dashboard/player/web/unrolled_band.js");
const { drawFlow } = await import("../../dashboard/player/web/unrolled_flow.js");
const { drawSum } = await import("../../dashboard/player/web/unrolled_sum.js");
const { LABELS, drawOverview } = await import("../../dashboard/player/web/unrolled_overview.js");
const { moveCursor, moveWeightCursor, numberAtCursor, weightAtCursor } = await import(
  "../../dashboard/player/web/unrolled_cursor.js"
);
const { blocksOf, sampleFor, stepsReturned, sumTerms, weightAt } = await import(
  "../../dashboard/player/web/unrolled_terms.js"
);
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
      ...{ states: ["c", "h"], says: [], at: [] },
      ...{
        parts: [["", 0, T]],
        decades: [1, 8],
        colours: {},
        truncate: 0,
        recurrence: true,
        strings: STRINGS,
      },
      ...{
        blocks: ["i", "f", "g", "o"],
        terms: [[DELTAS, "h_prev"]],
        titles: {},
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
    ...{ layer, phase, picked: null, hover: null, cursor: null, weightCursor: null },
  };
  const now = stageOf(view);
  const reverse = layers[layer][1] === "reverse";
  return { ...view, now: { ...now, t: reverse ? T - 1 - now.step : now.step } };
}

function heads(phase, cell) {
  const canvas = recordedCanvas(600, 200);
  const view = viewAt(phase);
  const band = { k: 0, y: 0, h: 100, open: true, left: t => t * cell, cell, gap: 18, names: NAMES };
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

describe("the flow between the steps", () => {
  const flows = (recurrence, phase) => {
    const canvas = recordedCanvas(600, 200);
    const view = viewAt(phase);
    view.header.recurrence = recurrence;
    const band = { k: 0, y: 0, h: 100, open: true, left: t => 92 * t, cell: 92, gap: 18 };
    for (let t = 0; t < T; t++) drawFlow(view, canvas.getContext("2d"), band, t);
    return canvas.drawn.filter(({ name }) => name === "lineTo").length > 0;
  };
  for (const phase of [0, T, 2 * T])
    test(`is drawn where the state goes on, and nowhere without recurrence (phase ${phase})`, () => {
      assert.ok(flows(true, phase));
      assert.ok(!flows(false, phase));
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

describe("the losses", () => {
  test("are told together with what the network answers", () => {
    const view = viewAt(T);
    Object.assign(view.header, { says: ["“Greek” with 79%"], at: [2] });
    view.header.strings = { ...STRINGS, "loss and answer": "Losses {loss}, after {t} {says}" };
    assert.equal(statusOf(view), "Losses 0.5, after 3 “Greek” with 79%");
  });
});

describe("the strip of all steps", () => {
  const attributes = new Map();
  const node = () => ({
    textContent: "",
    hidden: false,
    getAttribute: name => attributes.get(name),
    setAttribute: (name, value) => attributes.set(name, value),
  });
  function bars(phase) {
    const view = viewAt(phase);
    view.layers[0].arrays.dh = Float32Array.of(0.001, 0, 0.1, 0, 10, 0);
    view.window = { start: 1, count: 2, cell: 50 };
    Object.assign(view.header.strings, {
      "steps shown": "steps {first} to {last} of {T}",
      "log scale": "{low} to {high}",
    });
    const canvas = recordedCanvas(LABELS + 300, 48);
    const parts = { canvas, slider: node(), scale: node(), shown: node(), follow: node() };
    drawOverview(view, parts);
    const drawn = rectangles(canvas);
    const ofColour = colour => drawn.filter(bar => bar.colour === colour);
    return { values: ofColour("muted"), gradients: ofColour("gradient"), parts };
  }
  test("has as much of the values and gradients as the pass has brought", () => {
    const counts = phase => [bars(phase).values.length, bars(phase).gradients.length];
    assert.deepEqual([0, 1, T, T + 1, 2 * T].map(counts), [
      [1, 0],
      [2, 0],
      [3, 0],
      [3, 1],
      [3, 3],
    ]);
  });
  test("has the gradients on a log scale from the smallest to the largest of its own", () => {
    const [first, second, third] = bars(2 * T).gradients.map(({ height }) => height);
    assert.ok(Math.abs(second / third - 0.5) < 1e-6); // 1e-3, 1e-1, 10: each two decades on
    assert.equal(first, 1); // the bottom of the scale is still seen
  });
  test("says which steps its window holds, and what its scale is", () => {
    const { parts } = bars(T);
    assert.equal(attributes.get("aria-valuetext"), "steps 2 to 3 of 3");
    assert.equal(attributes.get("aria-valuenow"), "2");
    assert.equal(parts.scale.textContent, "1e-3 to 10");
  });
});

describe("the cursor of the keyboard", () => {
  test("is first shown where the pass is, then goes over steps, units and quantities", () => {
    const view = viewAt(1);
    assert.equal(numberAtCursor(view), null);
    assert.ok(moveCursor(view, "ArrowLeft", NAMES));
    assert.deepEqual(view.cursor, { t: 1, unit: 0, name: "h" });
    for (const key of ["ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", "PageUp"])
      moveCursor(view, key, NAMES);
    assert.deepEqual(view.cursor, { t: 0, unit: H - 1, name: "c" });
    assert.equal(moveCursor(view, "x", NAMES), false);
    moveCursor(view, "End", NAMES);
    assert.equal(view.cursor.t, T - 1);
  });
  test("reads a value until the gradient has come back to its step, then the gradient", () => {
    const view = viewAt(T);
    view.cursor = { t: 1, unit: 1, name: "c" };
    view.layers[0].arrays.dc[1 * H + 1] = -3;
    assert.deepEqual([numberAtCursor(view).name, numberAtCursor(view).value], ["c", 0.25]);
    const later = { ...viewAt(lastPhase(view)), layers: view.layers, cursor: view.cursor };
    assert.deepEqual([numberAtCursor(later).name, numberAtCursor(later).value], ["dc", -3]);
  });
  test("goes over the rows and columns of dW_hh, of all gates", () => {
    const view = viewAt(lastPhase(viewAt(0)));
    for (const key of ["ArrowDown", "PageDown", "PageDown", "ArrowRight"])
      moveWeightCursor(view, key);
    const { name, unit, column } = weightAtCursor(view);
    assert.deepEqual([name, unit, column], ["da_g", 0, 1]);
    moveWeightCursor(view, "ArrowUp");
    assert.equal(weightAtCursor(view).name, "da_f");
  });
});

describe("dW_hh", () => {
  const view = viewAt(lastPhase(viewAt(0)) - 1); // step 1 is not reached
  const { arrays } = view.layers[0];
  for (const name of [...DELTAS, "h_prev"])
    arrays[name] = Float32Array.from({ length: T * H }, (_, k) => (k + 1) * name.length);
  const blocks = blocksOf(view.header);
  test("is the sum of the terms of the steps that the gradient has reached", () => {
    const steps = stepsReturned(view);
    assert.deepEqual(steps, [1, 2]);
    const sum = sumTerms(view.layers[0], blocks, steps, { rows: 1, columns: 1 }, "sum");
    const expected = steps.reduce(
      (all, t) => all + arrays.da_f[t * H + 1] * arrays.h_prev[t * H],
      0,
    );
    assert.equal(sum.values[(1 * H + 1) * H], expected);
    assert.equal(weightAt(view, 1, 1, 0).value, expected);
  });
  test("has of a wide layer every n-th row and column, which are the same numbers", () => {
    assert.deepEqual(sampleFor(4, 512, 600, 300), { rows: 4, columns: 2 });
    assert.deepEqual(sampleFor(4, 24, 600, 300), { rows: 1, columns: 1 });
    const sum = sumTerms(view.layers[0], blocks, [1, 2], { rows: 2, columns: 2 }, "sum");
    assert.equal(sum.values.length, 4);
    assert.equal(sum.values[3], weightAt(view, 3, 0, 0).value);
  });
});

describe("a quantity", () => {
  test("is named by words and its letter where a number of it is pointed at", () => {
    const view = viewAt(1);
    view.header.titles = { f: "forget gate f" };
    const said = name => wordsOf(view, { layer: 0, t: 0, name, unit: 1, value: 0.5 });
    assert.equal(said("f"), "forget gate f, t = 1, unit 1: 0.5");
    assert.equal(said("df"), "df, t = 1, unit 1: 0.5");
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
    const room = 400 - 88 - 66;
    assert.ok(Math.abs(y - (24 + (5.5 * room) / 8)) < 1e-6);
    const [[right]] = frames({ ...mark, column: 1 });
    assert.ok(right > x);
    assert.deepEqual(frames({ layer: 0, t: 0, name: "dh", unit: 1 }), []);
  });
});
