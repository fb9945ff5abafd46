// What the tasks' panels mark as right, and where.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, rectangles, STRINGS, texts } from "./helpers/canvas.js";
import { drawn, marked, PANELS } from "./helpers/panels.js";

describe("classes", () => {
  const labels = ["a", "b", "c"];
  const output = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const layout = { symbols: ["x", "y", "z"], targets: [2, 0, null], drawing: {} };
  const shown = (at, t, targets = layout.targets) =>
    marked(drawn("classes", { header: { at, labels }, t, output, layout: { ...layout, targets } }));

  test("marks the class that is right at the step that is lit", () => {
    assert.deepEqual(shown("every", 0), ["c"]);
    assert.deepEqual(shown("every", 1), ["a"]);
  });
  test("marks none where nobody knows what is right", () => {
    assert.deepEqual(shown("every", 2), []);
    assert.deepEqual(shown("every", -1), []); // no step is lit: the last one is shown
  });
  test("marks the one answer at every step of a task that answers last", () => {
    for (const t of [0, 1, 2]) assert.deepEqual(shown("last", t, [1]), ["b"]);
  });
});

test("values says the target of the step that is lit", () => {
  const layout = { symbols: ["x", "y"], targets: [0.25, 0.5], drawing: {} };
  const head = t =>
    texts(
      drawn("values", {
        header: {
          ...{ at: "every", labels: ["v"] },
          strings: { "says value": "says {value}", "target is": "target {value}" },
        },
        ...{ t, output: [0.1, 0.2], layout },
      }),
    )[0].text;
  assert.equal(head(0), "says 0.1   target 0.25");
  assert.equal(head(1), "says 0.2   target 0.5");
});

test("values draws predictions beyond its axis at the edge, and the others where they are", () => {
  const layout = { symbols: ["x"], targets: [1], drawing: {} };
  const picture = { targets: [0.1, 0.5, 0.9, 0.2, 0.7], predictions: [0.1, 0.6, 1e7, -1e7, null] };
  const canvas = drawn("values", {
    ...{ header: { at: "last", labels: ["v"] }, t: 0, output: [1e7], layout, picture },
  });
  const dots = canvas.drawn.filter(({ name }) => name === "arc").map(each => each.arguments);
  assert.equal(dots.length, 2, "those that are on the axes");
  assert.ok(Math.abs(dots[0][1] - dots[1][1]) > 30, "dots that differ lie on one height");
  assert.ok(texts(canvas).some(({ text }) => text === "predictions beyond"));
  assert.ok(texts(canvas).every(({ text }) => !text.includes("e+7") || text.startsWith("says")));
});

test("series writes numbers that tell the values of its axis apart", () => {
  const layout = { symbols: ["x"], targets: [1], drawing: {} };
  const axis = (low, high) => {
    const picture = { lines: { truth: [low, high], network: [low, low] } };
    const header = { at: "last", labels: ["v"] };
    const canvas = drawn("series", { ...{ header, t: 0, output: [low], layout, picture } });
    return texts(canvas).map(({ text }) => text);
  };
  for (const [low, high, ...numbers] of [
    [1076, 1127, "1076", "1102", "1127"],
    [-1, 1, "-1.0", "0.0", "1.0"],
    [20000, 20000.5, "20000.00", "20000.25", "20000.50"],
    [1e9, 3e9, "1.0e+9", "2.0e+9", "3.0e+9"],
  ])
    for (const number of numbers) assert.ok(axis(low, high).includes(number), number);
});

describe("binary", () => {
  const labels = ["odd", "large"];
  const output = [0.9, 0.2, 0.4, 0.75];
  const layout = { symbols: ["x", "y"], targets: [1, 1, 1, 1], drawing: {} };
  const panel = (t, targets = layout.targets, at = "every") =>
    drawn("binary", {
      header: { at, labels },
      t,
      output,
      layout: { ...layout, targets },
      picture: { right: [812, 77], judged: 1000 },
    });
  const said = canvas => texts(canvas).map(({ text }) => text);

  test("shows the probability of yes after the lit step, as a number and a bar", () => {
    for (const [t, chances] of [
      [0, [0.9, 0.2]],
      [1, [0.4, 0.75]],
    ]) {
      const canvas = panel(t);
      for (const p of chances) assert.ok(said(canvas).includes(`${100 * p} %`), `${p}`);
      const bars = rectangles(canvas);
      const whole = bars[0].width;
      const lengths = bars
        .filter(({ colour }) => colour !== "soft")
        .map(({ width }) => width / whole);
      for (const [k, length] of lengths.entries()) assert.ok(Math.abs(length - chances[k]) < 1e-6);
    }
  });
  test("marks what is right, and whether the network agrees", () => {
    const answers = canvas => said(canvas).filter(text => /[✓✗]/.test(text));
    assert.deepEqual(answers(panel(0)), ["yes ✓", "yes ✗"]);
    assert.deepEqual(answers(panel(1)), ["yes ✗", "yes ✓"]);
    assert.deepEqual(answers(panel(0, [0, 0, 1, 1])), ["no ✗", "no ✓"]);
    assert.deepEqual(answers(panel(0, [0, 0], "last")), ["no ✗", "no ✓"]);
    assert.deepEqual(answers(panel(0, [null, 0, 1, 1])), ["no ✓"]);
  });
  test("counts the held-out answers of each output", () => {
    assert.ok(said(panel(0)).includes("812 / 1000"));
    assert.ok(said(panel(0)).includes("77 / 1000"));
  });
  test("is drawn before anything is judged", () => {
    const canvas = drawn("binary", { header: { at: "every", labels }, t: 0, output, layout });
    assert.ok(said(canvas).includes("90 %"));
  });
});

describe("every panel", () => {
  const T = 4;
  const symbols = ["a", "b", "c", "d"];
  const confusion = n => ({
    counts: Array.from({ length: n }, (_, i) => symbols.map((_, j) => i + j)),
  });
  const rows = Array.from({ length: 8 }, () => Array(8).fill(128));
  const borrow = {
    a: 11,
    b: 6,
    bits: [
      [1, 0],
      [1, 1],
      [0, 1],
      [1, 0],
    ],
    borrow: [0, 0, 1, 0],
  };
  const keeper = { unit: 3, auc: 0.98, rises: false, kept: 0.97, gates: { f: 0.97 }, gate: "f" };
  const far = { distances: [1, 8, 24], accuracies: [1, 0.8, 0.5], keeper };
  const tunes = {
    scales: ["C", "G"],
    notes: [
      [0, 4, null],
      [7, 12, 2],
    ],
    allowed: [[0, 4], [7]],
  };
  const lines = { truth: [1, 2, 3], network: [1, null, 2], "as before": [0, 1, 2] };
  const said = { sources: ["x", "y"], targets: ["p", "q"], written: ["p", "r"] };
  // kind: [outputs, at, drawing, results]
  const KINDS = {
    binary: [3, "every", {}, { right: [1, 2, 3], judged: 4 }],
    bits: [1, "every", borrow, { correlations: [0.1, -0.9, 0.3], right: 0.5, pairs: 136 }],
    classes: [4, "last", {}, confusion(4)],
    digits: [4, "last", { rows }, confusion(4)],
    distances: [2, "last", {}, far],
    melody: [4, "every", {}, { ...tunes, right: 0.8 }],
    series: [1, "last", {}, { lines }],
    text: [4, "every", {}, { text: "abcd".repeat(60), temperature: 0.8, top_k: 3 }],
    translation: [4, "every", { boundary: 2 }, said],
    values: [1, "last", {}, { targets: [0.2, 1.5], predictions: [0.3, 1.2] }],
  };
  const panel = (kind, [width, height], t, withResults = true) => {
    const [outputs, at, drawing, results] = KINDS[kind];
    const canvas = recordedCanvas(width, height);
    const labels = symbols.slice(0, outputs);
    const targets = Array(at === "last" ? 1 : T * (kind === "binary" ? outputs : 1)).fill(0);
    const output = new Float32Array(T * outputs).fill(1 / outputs);
    const frame = {
      T,
      output,
      aside: {
        attention: [
          [50, 50],
          [100, 0],
        ],
      },
    };
    const header = { layers: [[0, "reverse"]], strings: STRINGS, names: ["h"], labels, at };
    const view = { t, run: { header }, colours: COLOURS };
    PANELS[kind](view, canvas, frame, { symbols, targets, drawing }, withResults ? results : null);
    return canvas;
  };

  test("is tested here", () =>
    assert.deepEqual(Object.keys(KINDS).sort(), Object.keys(PANELS).sort()));

  for (const kind of Object.keys(KINDS)) {
    test(`${kind}: stays inside its canvas, narrow or wide`, () => {
      for (const size of [
        [230, 210],
        [330, 300],
        [600, 420],
      ])
        for (const t of [-1, 0, 3]) {
          const canvas = panel(kind, size, t);
          const where = `${size} t=${t}`;
          for (const { left, top, width, height } of rectangles(canvas)) {
            assert.ok(left >= -1 && left + width <= size[0] + 1, `${where}: ${left} + ${width}`);
            assert.ok(top >= -1 && top + height <= size[1] + 1, `${where}: ${top} + ${height}`);
            assert.ok(width >= 0 && height >= 0, `${where}: ${width} x ${height}`);
          }
          for (const { text, top } of texts(canvas))
            assert.ok(top >= 0 && top <= size[1], `${where}: ${text} at ${top}`);
        }
    });
    test(`${kind}: shows less before the network is judged, and all its numbers are finite`, () => {
      const [some, all] = [false, true].map(judged => panel(kind, [400, 300], 1, judged));
      assert.ok(some.drawn.length > 0 && some.drawn.length < all.drawn.length);
      for (const { name, arguments: values } of all.drawn)
        for (const v of values)
          assert.ok(typeof v !== "number" || Number.isFinite(v), `${name} ${values}`);
    });
  }
});
