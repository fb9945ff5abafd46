// The triangle's curves: sizes where they are, whatever they are.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COLOURS, recordedCanvas, STRINGS, texts } from "./helpers/canvas.js";

const { drawRow } = await import("../../dashboard/player/web/triangle_curves.js");
const { largestOfRows } = await import("../../dashboard/player/web/triangle_scale.js");

const T = 4;
// The curve of one loss at the last step. sizes: of its gradient at each step; scale: [top, decades].
function drawnRow(sizes, scale, trace = {}) {
  const canvas = recordedCanvas(500, 240);
  const G = Float32Array.from(sizes);
  drawRow({
    ...{ x: canvas.getContext(), c: COLOURS, S: STRINGS, G, T, K: 1, row: 0, column: 0, scale },
    ...{ single: true, relative: false, at: [T - 1], symbols: ["a", "b", "c", "d"], hue: "hue" },
    trace: { quantity: "h", origins: [T - 1], horizons: [2], reverse: false, ...trace },
    ...{ largest: largestOfRows(G, 1, T), value: (_, t) => G[t] },
    ...{ map: { left: 60, right: 400 }, foot: { top: 20, bottom: 220 } },
  });
  return canvas;
}
const heights = canvas =>
  canvas.drawn
    .filter(({ name, fillStyle }) => name === "arc" && fillStyle === "hue")
    .map(({ arguments: [, top] }) => top);
const said = canvas => texts(canvas).map(({ text }) => text);

describe("the curve of a loss", () => {
  for (const [sizes, scale] of [
    [
      [3.8e-13, 1e-9, 1e-5, 1e-1],
      [-1, 12],
    ],
    [
      [1e30, 1e20, 1e10, 1],
      [30, 30],
    ],
    [
      [1e-44, 1e-30, 1e-15, 1],
      [0, 45],
    ],
  ])
    test(`has no plateau: ${sizes}`, () => {
      const canvas = drawnRow(sizes, scale);
      const tops = heights(canvas);
      for (let k = 1; k < T; k++) assert.ok(Math.abs(tops[k] - tops[k - 1]) > 30, String(tops));
      for (const exponent of [scale[0], scale[0] - scale[1]]) {
        const label = exponent === 0 ? "1" : `1e${exponent}`;
        assert.ok(said(canvas).includes(label), label);
      }
    });
  test("says where its gradient is 0 in float32, and not of steps that it cannot reach", () => {
    assert.ok(said(drawnRow([0, 1e-9, 1e-5, 1], [0, 9])).includes("zero gradient"));
    const before = drawnRow([1, 1e-5, 0, 0], [0, 9], { origins: [1] });
    assert.ok(!said(before).includes("zero gradient"));
    assert.equal(heights(before).length, 2);
  });
  test("marks no hundredth below its axis", () => {
    assert.ok(said(drawnRow([1e-5, 1e-3, 0.1, 1], [0, 5])).includes("share"));
    assert.ok(!said(drawnRow([2, 3, 4, 5], [1, 2])).includes("share"));
  });
  test("is measured by what is finite", () => {
    assert.deepEqual([...largestOfRows(Float32Array.of(NaN, 3, Infinity, 2), 1, 4)], [3]);
  });
});
