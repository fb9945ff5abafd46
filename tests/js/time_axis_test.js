// What stands on the time axis: names of steps, words at the cursor, arrows of the gradient.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, rectangles, STRINGS, texts } from "./helpers/canvas.js";

const { centre, isUnseen, wordsAtCursor } = await import("../../dashboard/player/web/time_axis.js");
const { drawNetwork, stepsToName } = await import("../../dashboard/player/web/network_row.js");

const T = 3;
const H = 2;
const trace = {
  ...{ H, shares: Float32Array.of(0.1, 0.2, 0.3), ranges: { h: 2, f: 1 } },
  values: { h: Uint8Array.of(255, 0, 127, 127, 191, 64), f: Uint8Array.of(0, 51, 255, 1, 2, 3) },
  grads: { h: Uint8Array.of(254, 0, 127, 127, 190, 64), f: new Uint8Array(6).fill(127) },
  norms: { h: Float32Array.of(1e-7, 1e-3, 10), f: Float32Array.of(0, 0, 0) },
};
const layout = { symbols: ["a", "b", "c"], targets: [0], drawing: {} };
const view = (more = {}, layers = [[0, "forward"]]) => ({
  ...{ t: -1, row: null, unit: 0, layer: 0, show: "values", slow: null, colours: COLOURS },
  run: {
    header: {
      names: ["h", "f"],
      gates: ["f"],
      layers,
      at: "last",
      decades: [1, 8],
      strings: STRINGS,
    },
  },
  ...more,
});
const words = more => wordsAtCursor(view(more), { T }, trace, layout);

describe("words at the cursor", () => {
  test("say how to point where nothing is lit", () => {
    assert.equal(words({}), "hover");
    assert.equal(words({ t: T }), "hover");
  });
  test("name the step, its symbol and the gradients' norms", () => {
    assert.equal(words({ t: 1 }), "t = 2 “b”   ‖∂L/∂h‖ 1.0e-3   ‖∂L/∂f‖ 0   share 0.2");
  });
  test("give a signed value within its range, and a gate's between 0 and 1", () => {
    assert.match(words({ t: 0, row: "h", unit: 0 }), /h\[0\] ≈ \+2\.00/);
    assert.match(words({ t: 0, row: "h", unit: 1 }), /h\[1\] ≈ -2\.00/);
    assert.match(words({ t: 0, row: "f", unit: 1 }), /f\[1\] ≈ 0\.20/);
    assert.match(words({ t: 0, row: "h", unit: 9 }), /h\[1\]/); // another layer may have more units
  });
  test("give a gradient with its sign, and what is too small as such", () => {
    const gradient = more => words({ ...more, show: "gradients", row: "h" });
    assert.match(gradient({ t: 0, unit: 0 }), /∂L\/∂h\[0\] ≈ \+1e\+1/);
    assert.match(gradient({ t: 0, unit: 1 }), /∂L\/∂h\[1\] ≈ -1e\+1/);
    assert.match(gradient({ t: 1, unit: 0 }), /∂L\/∂h\[0\] ≈ 0 ± 1e-7/);
  });
});

describe("steps that have room for a name", () => {
  test("are all, where there is room for all", () => {
    assert.deepEqual([...stepsToName(4, 1, [], -1)].sort(), [0, 1, 2, 3]);
  });
  test("are never nearer to each other than that; the lit one and marked ones come first", () => {
    const marked = Array(20).fill(false);
    marked[7] = true;
    const named = [...stepsToName(20, 4, marked, 13)].sort((a, b) => a - b);
    assert.ok(named.includes(7) && named.includes(13));
    for (let k = 1; k < named.length; k++) assert.ok(named[k] - named[k - 1] >= 4, named.join());
  });
});

describe("slow motion", () => {
  const seen = (slow, gradient, layers) =>
    [0, 1, 2].map(t => !isUnseen(view({ slow }, layers), t, gradient, T));

  test("shows values up to the step that is read, gradients from it on the way back", () => {
    assert.deepEqual(seen({ stage: "forward", t: 1 }, false), [true, true, false]);
    assert.deepEqual(seen({ stage: "forward", t: 1 }, true), [false, false, false]);
    assert.deepEqual(seen({ stage: "loss", t: 3 }, false), [true, true, true]);
    assert.deepEqual(seen({ stage: "backward", t: 1 }, true), [false, true, true]);
  });
  test("goes the other way in a layer that reads the last step first", () => {
    const reverse = [[0, "reverse"]];
    assert.deepEqual(seen({ stage: "forward", t: 0 }, false, reverse), [false, false, true]);
    assert.deepEqual(seen({ stage: "backward", t: 2 }, true, reverse), [true, false, false]);
  });
});

describe("the unrolled network", () => {
  const network = (more, layers) => {
    const canvas = recordedCanvas(300, 100);
    drawNetwork(view(more, layers), canvas, { T }, trace, layout);
    return canvas;
  };
  const arrows = canvas => rectangles(canvas).filter(({ colour }) => colour === "positive");

  test("writes each symbol under its step", () => {
    const named = texts(network({})).filter(({ text }) => layout.symbols.includes(text));
    assert.deepEqual(
      named.map(({ text, left }) => [text, left]),
      layout.symbols.map((s, t) => [s, centre(t, T, 300)]),
    );
  });
  test("draws the gradient that comes back to a step as wide as it is large", () => {
    const [first, second] = arrows(network({}));
    assert.ok(second.height > first.height, "1e-3 at step 2 against 1e-7 at step 1");
    assert.ok(Math.abs(first.height - 0.5) < 1e-6);
    assert.ok(Math.abs(second.height - (0.5 + 6 * 0.5)) < 1e-6);
  });
  test("draws it from the left in a layer that reads from the right", () => {
    assert.ok(arrows(network({})).every(({ width }) => width < 0));
    assert.ok(arrows(network({}, [[0, "reverse"]])).every(({ width }) => width > 0));
  });
});
