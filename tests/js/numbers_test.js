// Numbers as the drawings write them.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./helpers/canvas.js";

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
