// What stands on the time axis: names of steps, words at the cursor, arrows of the gradient.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, rectangles, STRINGS, texts } from "./helpers/canvas.js";

const { centre, isUnseen, wordsAtCursor } = await import("../../dashboard/player/web/time_axis.js");
const { drawGradients } = await import("../../dashboard/player/web/gradient_axis.js");
const { drawNetwork } = await import("../../dashboard/player/web/network_row.js");
const { drawShares } = await import("../../dashboard/player/web/rows/learns.js");
const { stepsToName } = await import("../../dashboard/player/web/step_names.js");

const T = 3;
const H = 2;
const trace = {
  ...{ H, shares: Float32Array.of(0.1, 0.2, 0.3), ranges: { h: 2, f: 1 } },
  values: { h: Uint8Array.of(253, 1, 255, 127, 254, 64), f: Uint8Array.of(0, 51, 254, 1, 2, 3) },
  grads: { h: Uint8Array.of(253, 1, 128, 127, 254, 255), f: new Uint8Array(6).fill(127) },
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
      recurrence: true,
      colours: { h: "blue", f: "green" },
      strings: STRINGS,
    },
    position: 0,
  },
  ...more,
});
const frame = { T, axis: [1, 8], decades: [1, 8] };
const words = more => wordsAtCursor(view(more), frame, trace, layout);

describe("words at the cursor", () => {
  test("say how to point where nothing is lit", () => {
    assert.equal(words({}), "hover");
    assert.equal(words({ t: T }), "hover");
  });
  test("name the step, its symbol and the gradients' norms", () => {
    assert.equal(words({ t: 1 }), "t = 2 “b”   ‖∂L/∂h‖ 1.0e-3   ‖∂L/∂f‖ 0   share 0.2");
  });
  test("say at which steps something is not finite, where nothing is lit", () => {
    const lost = { ...frame, lost: { values: [39, 49] } };
    const strings = { "lost values": "from {first} to {last}" };
    const shown = view();
    shown.run.header.strings = strings;
    assert.equal(wordsAtCursor(shown, lost, trace, layout), "from 40 to 50");
  });
  test("give a signed value within its range, and a gate's between 0 and 1", () => {
    assert.match(words({ t: 0, row: "h", unit: 0 }), /h\[0\] ≈ \+2\.00/);
    assert.match(words({ t: 0, row: "h", unit: 1 }), /h\[1\] ≈ -2\.00/);
    assert.match(words({ t: 0, row: "f", unit: 1 }), /f\[1\] ≈ 0\.20/);
    assert.match(words({ t: 0, row: "h", unit: 9 }), /h\[1\]/); // another layer may have more units
  });
  test("name what is no number, or not finite", () => {
    assert.match(words({ t: 1, row: "h", unit: 0 }), /h\[0\] = NaN/);
    assert.match(words({ t: 2, row: "h", unit: 0 }), /h\[0\] = ∞/);
  });
  test("give a gradient with its sign, and what is too small or not finite as such", () => {
    const gradient = more => words({ ...more, show: "gradients", row: "h" });
    assert.match(gradient({ t: 0, unit: 0 }), /∂L\/∂h\[0\] ≈ \+1e\+1/);
    assert.match(gradient({ t: 0, unit: 1 }), /∂L\/∂h\[1\] ≈ -1e\+1/);
    assert.match(gradient({ t: 1, unit: 0 }), /∂L\/∂h\[0\] ≈ 0 ± 1e-7/);
    assert.match(gradient({ t: 1, unit: 1 }), /∂L\/∂h\[1\] = 0/);
    assert.match(gradient({ t: 2, unit: 0 }), /∂L\/∂h\[0\] = ∞/);
    assert.match(gradient({ t: 2, unit: 1 }), /∂L\/∂h\[1\] = NaN/);
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
  const network = (more, layers, shown = frame, drawn = trace) => {
    const canvas = recordedCanvas(300, 100);
    drawNetwork(view(more, layers), canvas, shown, drawn, layout);
    return canvas;
  };
  const arrows = canvas => rectangles(canvas).filter(({ colour }) => colour === "gradient");

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
  test("draws exploding gradients as wide as each is, on the axis that holds them", () => {
    const norms = { h: Float32Array.of(1e7, 1e4, 1), f: Float32Array.of(0, 0, 0) };
    const shown = { ...frame, axis: [7, 7] };
    const [first, second] = arrows(network({}, undefined, shown, { ...trace, norms }));
    assert.ok(Math.abs(first.height - 6.5) < 1e-6);
    assert.ok(Math.abs(second.height - (0.5 + (6 * 4) / 7)) < 1e-6);
  });
  test("draws no arrow of a gradient that is 0, and the sign of one that is not finite", () => {
    const norms = { h: Float32Array.of(0, Infinity, 1), f: Float32Array.of(0, 0, 0) };
    const canvas = network({}, undefined, frame, { ...trace, norms });
    assert.equal(arrows(canvas).length, 0);
    assert.ok(texts(canvas).some(({ text }) => text === "∞"));
  });
  test("shows the gradient of c where there is one", () => {
    const norms = { h: Float32Array.of(1e-7, 1e-7, 1), c: Float32Array.of(1, 1, 1) };
    const shown = view();
    shown.run.header.names = ["c", "h"];
    const canvas = recordedCanvas(300, 100);
    drawNetwork(shown, canvas, frame, { ...trace, norms }, layout);
    for (const { height } of arrows(canvas)) assert.ok(height > 5);
  });
});

describe("a network without recurrence", () => {
  const nothing = { key: `${T} 1  `, steps: [], texts: [] };
  function drawn(recurrence, draw) {
    const shown = view();
    shown.run.header.recurrence = recurrence;
    const canvas = recordedCanvas(300, 100);
    draw(shown, canvas);
    return rectangles(canvas);
  }
  const network = recurrence =>
    drawn(recurrence, (shown, canvas) => drawNetwork(shown, canvas, frame, trace, layout));
  const shares = recurrence =>
    drawn(recurrence, (shown, canvas) =>
      drawShares(shown, { canvas, strip: { ...nothing } }, frame, trace),
    );

  test("has no line and no arrow from step to step", () => {
    const across = ({ width, height }) => Math.abs(width) > height;
    assert.equal(network(true).filter(across).length, 2 * (T - 1));
    assert.equal(network(false).filter(across).length, 0);
  });
  test("has a bar for the gradient of each step, and no arrow that comes back", () => {
    assert.equal(shares(true).length, T - 1);
    const bars = shares(false);
    assert.equal(bars.length, T);
    assert.ok(bars[2].height > bars[1].height && bars[1].height > bars[0].height);
  });
});

describe("the gradient at each step", () => {
  const drawn = (norms, axis, more = {}) => {
    const canvas = recordedCanvas(300, 100);
    const shares = Float32Array.of(0, 1, 1);
    const shown = { ...frame, axis, ...more };
    drawGradients(view(), canvas, shown, { ...trace, shares, norms });
    return canvas;
  };
  const zeros = Float32Array.of(0, 0, 0);
  // Places of the dots of a colour: [x, y].
  const dots = (canvas, colour) =>
    canvas.drawn
      .filter(({ name, fillStyle }) => name === "arc" && fillStyle === colour)
      .map(({ arguments: [left, top] }) => [left, top]);
  const said = canvas => texts(canvas).map(({ text }) => text);

  test("is not flat where it explodes, and its axis says how far it goes", () => {
    const canvas = drawn({ h: Float32Array.of(1e7, 1e4, 1), f: zeros }, [7, 7]);
    const heights = dots(canvas, "blue").map(([, top]) => top);
    assert.ok(heights[1] - heights[0] > 20 && heights[2] - heights[1] > 20, String(heights));
    for (const label of ["1e7", "1"]) assert.ok(said(canvas).includes(label), label);
  });
  test("is no plateau where it vanishes", () => {
    const canvas = drawn({ h: Float32Array.of(3.8e-13, 1e-8, 1), f: zeros }, [0, 13]);
    const heights = dots(canvas, "blue").map(([, top]) => top);
    assert.ok(heights[0] - heights[1] > 20 && heights[1] - heights[2] > 20, String(heights));
    assert.ok(said(canvas).includes("1e-13"));
  });
  test("is drawn as 0 where it is 0, and as beyond its axis where it is beyond it", () => {
    const canvas = drawn({ h: Float32Array.of(0, Infinity, 1), f: zeros }, [0, 4]);
    assert.equal(dots(canvas, "blue").length, 2, "a ring for 0, a dot for 1");
    assert.ok(said(canvas).includes("zero gradient"));
    const tips = canvas.drawn.filter(
      ({ name, fillStyle }) => name === "moveTo" && fillStyle === "blue",
    );
    assert.ok(tips.some(({ arguments: [left, top] }) => left === 150 && top < 7));
  });
  test("shows no 0 at the step before which all states are 0", () => {
    const h = Float32Array.of(1, 1, 1);
    const some = { h, f: Float32Array.of(0, 1, 1) };
    assert.ok(!said(drawn(some, [0, 4])).includes("zero gradient"));
    assert.ok(said(drawn({ h, f: Float32Array.of(1, 0, 1) }, [0, 4])).includes("zero gradient"));
  });
  test("marks the ends of its axis while they are new", () => {
    const changes = { axis: { before: "1e-7 … 10", at: 0 } };
    const marked = canvas => texts(canvas).filter(({ colour }) => colour === "accent");
    const h = Float32Array.of(1, 1, 1);
    assert.equal(marked(drawn({ h, f: h }, [0, 4])).length, 0);
    assert.deepEqual(
      marked(drawn({ h, f: h }, [0, 4], { changes })).map(({ text }) => text),
      ["1e-4", "1"],
    );
  });
});
