// Numbers as the drawings write them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { inUnit, storedTexts, writeValue } = await import(
  "../../dashboard/player/web/course/values.js"
);
const { short } = await import("../../dashboard/player/web/canvas.js");

test("a number keeps its zeros before the point, and loses those behind it", () => {
  for (const [value, text] of [
    [0, "0"],
    [700, "700"],
    [350, "350"],
    [100, "100"],
    [70, "70"],
    [10, "10"],
    [2.5, "2.5"],
    [0.1, "0.1"],
    [0.0123, "0.0123"],
    [999.6, "1000"],
    [-850, "-850"],
    [1500, "1.5e+3"],
    [0.001, "1.0e-3"],
  ])
    assert.equal(short(value), text);
});

describe("a number in a lesson", () => {
  // tests/core/course/test_written_numbers.py reads the same table.
  const url = new URL("../data/written_numbers.json", import.meta.url);
  const { number, percent } = JSON.parse(readFileSync(url, "utf-8"));
  for (const [value, text] of number)
    test(`reads as in its text: ${text}`, () => assert.equal(writeValue(value), text));
  for (const [share, text] of percent)
    test(`reads as in its text: ${text}`, () =>
      assert.equal(writeValue(inUnit(share, "%"), "%"), text));

  test("of a stored figure is that of the text", () => {
    const texts = ["49.3\u00a0%", "50\u00a0%"];
    assert.deepEqual(storedTexts({ texts, format: "percent" }, "%"), texts);
    assert.deepEqual(storedTexts({ texts: ["7"], format: "number" }, "ms"), ["7\u00a0ms"]);
    assert.deepEqual(storedTexts(undefined, "%"), []);
  });
});
