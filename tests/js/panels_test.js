// What the tasks' panels mark as right, and where.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, rectangles, STRINGS, texts } from "./helpers/canvas.js";

const { PANELS } = await import("../../dashboard/player/web/panels/index.js");

// header: what the panel asks of the run; t: the step that is lit, -1: none.
function drawn(kind, { header, t, output, layout, picture = null }) {
  const canvas = recordedCanvas(400, 300);
  const { labels } = header;
  const frame = { T: output.length / labels.length, output };
  const run = { header: { layers: [[0, "forward"]], strings: STRINGS, names: ["h"], ...header } };
  PANELS[kind]({ t, run, colours: COLOURS }, canvas, frame, layout, picture);
  return canvas;
}

const marked = canvas =>
  texts(canvas)
    .filter(({ colour }) => colour === "accent")
    .map(({ text }) => text);

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

test("text marks nothing after the last symbol, whose successor is unknown", () => {
  const layout = { symbols: ["x", "y"], targets: [1, null], drawing: {} };
  const shown = t =>
    marked(
      drawn("text", {
        header: { at: "every", labels: ["x", "y"] },
        t,
        output: [0.4, 0.6, 0.3, 0.7],
        layout,
      }),
    );
  assert.ok(shown(0).includes("y"));
  assert.deepEqual(shown(1), []);
});

describe("text", () => {
  const labels = ["<unk>", "cat", "sees"];
  const output = [0.2, 0.3, 0.5, 0.1, 0.8, 0.1, 0.25, 0.25, 0.5];
  const said = (drawing, targets = [2, 1, 0]) =>
    texts(
      drawn("text", {
        header: { at: "every", labels },
        t: 0,
        output,
        layout: { symbols: ["cat", "sees", "cat"], targets, drawing },
      }),
    ).map(({ text }) => text);

  test("gives log p of what is shown, given its first symbol: not of what follows it", () => {
    const sum = (Math.log(0.5) + Math.log(0.8)).toFixed(2);
    const line = lines => lines.find(text => text.includes("log p = "));
    assert.ok(line(said({ unit: "word" })).startsWith(`whole of words: log p = ${sum} `));
    assert.ok(line(said({ unit: "word" }, [2, 1, null])).includes(`log p = ${sum} `));
    assert.match(line(said({ unit: "character" })), /^whole of characters/);
  });
  test("says which words it does not know", () => {
    assert.ok(said({ unit: "word", unknown: ["zebra"] }).includes("unknown word: zebra"));
    const two = said({ unit: "word", unknown: ["zebra", "gnu"] });
    assert.ok(two.some(text => text.startsWith("unknown words") && text.endsWith("zebra, gnu")));
    assert.ok(!said({ unit: "word", unknown: [] }).some(text => text.includes("unknown word")));
  });
});

test("values says the target of the step that is lit", () => {
  const layout = { symbols: ["x", "y"], targets: [0.25, 0.5], drawing: {} };
  const head = t =>
    texts(
      drawn("values", { header: { at: "every", labels: ["v"] }, t, output: [0.1, 0.2], layout }),
    )[0].text;
  assert.equal(head(0), "says 0.1   target 0.25");
  assert.equal(head(1), "says 0.2   target 0.5");
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

describe("distances", () => {
  const words = "the cats , which already ate a bunch of food by the old door ,".split(" ");
  const panel = (symbols, t, keeper = null) =>
    texts(
      drawn("distances", {
        header: { at: "last", labels: ["was", "were"] },
        t,
        output: Array(2 * symbols.length).fill(0.5),
        layout: { symbols, targets: [1], drawing: {} },
        picture: { distances: [1, 8], accuracies: [1, 0.8], keeper },
      }),
    );
  const sentence = shown => {
    const end = shown.findIndex(({ text }) => text === "?");
    return shown.slice(0, end + 1);
  };

  test("writes every word of the sentence, and marks what is read", () => {
    for (const t of [0, 5, words.length - 1]) {
      const shown = sentence(panel(words, t));
      const text = shown.map(each => each.text).join(" ");
      assert.equal(text, "The cats, which already ate a bunch of food by the old door, ?");
      const read = shown.filter(({ colour }) => colour === "text").map(each => each.text);
      assert.equal(read[0], "The");
      assert.equal(read.includes("door,"), t === words.length - 1);
      assert.equal(read.includes("already"), t >= 4);
    }
  });
  test("leaves out the middle of one that is too long, never its beginning or its end", () => {
    const long = [...words.slice(0, -1), ..."and slept by the fence ".repeat(30).trim().split(" ")];
    const text = sentence(panel([...long, ","], 3))
      .map(each => each.text)
      .join(" ");
    assert.match(text, /^The cats, which already … .*slept by the fence, \?$/);
  });
  test("says of no unit that it holds the number while the accuracy is at chance", () => {
    const said = keeper => panel(words, 0, keeper).map(({ text }) => text);
    assert.ok(!said(null).some(text => text.includes("AUC")));
    const keeper = { unit: 3, auc: 0.98, rises: false, kept: 0.97, gates: {}, gate: "" };
    assert.ok(said(keeper).includes("number kept by h[3], AUC 0.98 (smaller for several)"));
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
