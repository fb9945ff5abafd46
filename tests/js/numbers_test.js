// Numbers as the drawings write them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { inUnit, storedTexts, writeValue } = await import(
  "../../dashboard/player/web/course/values.js"
);
const { writeCount, writeFixed, writeNumber, writeShare } = await import(
  "../../dashboard/player/web/numbers.js"
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

test("a number has the decimal sign of the page's language", () => {
  globalThis.document = { documentElement: { lang: "de" } };
  try {
    assert.deepEqual(
      [short(2.5), short(0.001), writeFixed(0.5, 2), writeNumber(6.46), writeShare(0.995)],
      ["2,5", "1,0e-3", "0,50", "6,46", "99,5\u00a0%"],
    );
    assert.equal(writeCount(1840), "1.840");
  } finally {
    delete globalThis.document;
  }
});

// Those become numbers again, or places in a drawing.
const NO_WORDS = /(?:return|=>?|[?:(,]) ?[+][^;]*$|Number\([^;)]*$/;
const DRAWINGS = ["svg.js", "svg_context.js", "svg_path.js", "dot_plot.js", "board_pictures.js"];

test("what is written with so many digits is written by numbers.js, or read again", () => {
  const folder = new URL("../../dashboard/player/web/", import.meta.url);
  const files = readdirSync(folder, { recursive: true }).map(String);
  const others = files.filter(
    name => name.endsWith(".js") && ![...DRAWINGS, "numbers.js"].includes(name.split("/").at(-1)),
  );
  assert.ok(others.length > 100);
  for (const name of others) {
    const text = readFileSync(new URL(name, folder), "utf8");
    for (const { index } of text.matchAll(
      /\s*\.(?:toFixed|toPrecision|toExponential(?=\([^0])|toLocaleString)\(/g,
    )) {
      const before = text.slice(Math.max(0, index - 90), index);
      const isLocal = /localise\([^;]*$/.test(before) || NO_WORDS.test(before);
      assert.ok(isLocal, `${name}: ${before.slice(-40)}${text.slice(index, index + 20)}`);
    }
  }
});
