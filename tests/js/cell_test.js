// The drawing of a cell: its numbers as text, and where things stand on the screen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readingOf, textOf, twoDigits, wordsOf } from "../../dashboard/player/web/cell/numbers.js";
import { enter, halfOf, pathOf, scaleOf } from "../../dashboard/player/web/cell/shapes.js";

const VIEW = {
  step: 1,
  unit: 3,
  picked: "f",
  data: {
    cell: "LSTM",
    symbols: ["b", "o"],
    values: { f: [0.1, 0.934], h: [null, null] },
    wires: [
      { source: "f", quantity: "f", letter: "f", meaning: "forget gate" },
      { source: "x", quantity: "x", letter: "x", meaning: "input" },
      { source: "c.1", quantity: "", letter: "", meaning: "" },
    ],
    strings: {
      picture: "{cell} {t}/{T} {symbol} {unit}: {values}",
      reading: "{t}/{T} {symbol} {unit}: {what}",
    },
  },
};

test("numbers have two digits and a true minus", () => {
  assert.equal(twoDigits(0.934), "0.93");
  assert.equal(twoDigits(-1.5), "−1.50");
  assert.equal(twoDigits(-0.001), "0.00");
});

test("a wire shows its number at the step; the input what is read; nothing where nothing is known", () => {
  assert.equal(textOf(VIEW, "f"), "0.93");
  assert.equal(textOf({ ...VIEW, step: 0 }, "f"), "0.10");
  assert.equal(textOf(VIEW, "x"), "o");
  assert.equal(textOf(VIEW, "h"), "");
  assert.equal(textOf(VIEW, "nothing"), "");
});

test("the picture and the reading are said in words", () => {
  assert.equal(wordsOf(VIEW), "LSTM 2/2 o 3: forget gate f 0.93; input x o");
  assert.equal(readingOf(VIEW), "2/2 o 3: forget gate f 0.93");
  assert.equal(readingOf({ ...VIEW, picked: "none" }), "");
});

test("a cell is drawn along a wide page and down a narrow one, always within it", () => {
  const data = { size: [48, 16] };
  const wide = scaleOf(data, 1200);
  const narrow = scaleOf(data, 358);
  assert.equal(wide.wide, true);
  assert.equal(narrow.wide, false);
  assert.ok(wide.width <= 1200);
  assert.ok(narrow.width <= 358);
  const [left, top] = narrow.at([0, 0]);
  assert.ok(narrow.at([6, 0])[1] > top, "later is lower");
  assert.equal(narrow.at([6, 0])[0], left);
  assert.ok(wide.at([6, 0])[0] > wide.at([0, 0])[0], "later is further right");
});

test("a wire ends with its arrow at the edge of its target, from every side", () => {
  for (const [from, edge] of [
    [
      [0, 50],
      [80, 50],
    ],
    [
      [100, 0],
      [100, 30],
    ],
    [
      [100, 99],
      [100, 70],
    ],
  ]) {
    const before = [from[0] + (100 - from[0]) / 2, from[1] + (50 - from[1]) / 2];
    const { tip } = enter([from, before], [100, 50], [20, 20]);
    assert.deepEqual(tip[0], edge);
  }
});

test("what has several entrances is as high as they need", () => {
  const scale = { wide: true, unit: 16 };
  assert.ok(halfOf({ kind: "weights", sign: "W" }, scale)[1] > 16);
  assert.ok(halfOf({ kind: "operation", sign: "tanh" }, scale)[0] > 13);
});

test("corners are rounded, ends are kept", () => {
  assert.equal(
    pathOf([
      [0, 0],
      [20, 0],
      [20, 20],
    ]),
    "M0,0L14,0Q20,0 20,6L20,20",
  );
  assert.equal(
    pathOf([
      [0, 0],
      [4, 0],
    ]),
    "M0,0L4,0",
  );
});
