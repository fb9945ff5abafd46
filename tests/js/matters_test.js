// The bars of what mattered, and what is said of them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { drawMatters, describeMatters } = await import("../../dashboard/player/web/rows/matters.js");
const { drawSignedBar, largestShare, signed } = await import(
  "../../dashboard/player/web/signed_bars.js"
);

describe("what mattered", () => {
  const bars = (value, most = 2) => {
    const rectangles = [];
    const pen = {
      fillRect: (...place) => rectangles.push(place),
      set fillStyle(colour) {
        rectangles.push(colour);
      },
    };
    const place = { middle: 10, wide: 4, height: 22 };
    drawSignedBar({ positive: "+", negative: "-", text: "?" }, pen, value, most, place, false);
    return rectangles;
  };

  test("stands above the middle where it raises the loss, below where it lowers it", () => {
    assert.deepEqual(bars(2), ["+", [8, 1, 4, 10]]);
    assert.deepEqual(bars(-1), ["-", [8, 11, 4, 5]]);
    assert.deepEqual(bars(0), []);
    assert.deepEqual(bars(null), ["?", [8, 9, 4, 4]]);
  });

  test("is written with its sign", () => {
    assert.deepEqual([0.25, -0.5, 0, null].map(signed), ["+0.25", "−0.5", "0", "NaN"]);
  });

  test("is largest at the step with the largest size; nowhere without any", () => {
    assert.equal(largestShare([0.1, -3, 2, null]), 1);
    assert.equal(largestShare([0, null]), -1);
  });

  test("is described, and hidden where nothing was recorded", () => {
    const strings = {
      list: "{first}, {second}",
      matters: "Mattered",
      "matters step": "{step} {symbol} {share}",
    };
    const view = { run: { header: { strings } } };
    const labels = {};
    const canvas = {
      getAttribute: name => labels[name],
      setAttribute: (name, text) => {
        labels[name] = text;
      },
    };
    const row = { canvas, root: { hidden: false } };
    describeMatters(view, row, { saliency: [0.5, -1] }, ["b", "o"]);
    assert.equal(labels["aria-label"], "Mattered: 1 b +0.5, 2 o −1");
    drawMatters(view, row, { T: 2 });
    assert.equal(row.root.hidden, true);
  });
});
