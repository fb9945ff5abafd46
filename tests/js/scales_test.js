// Where numbers stand on the scales of colours, sizes and curves.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const { clamp, gradientOf, logLevel } = await import("../../dashboard/player/web/scales.js");
const { scale } = await import("../../dashboard/player/web/colours.js");
const { scaleOf, thinCurve, valueAt } = await import("../../dashboard/player/web/curves.js");
const { freePlace } = await import("../../dashboard/player/web/reach_and_openness.js");
const { subtractCurves, subtractTraces } = await import(
  "../../dashboard/player/web/differences.js"
);

const bytesOf = packed => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255, packed >>> 24];

describe("a scale of colours", () => {
  const blue = [0, 0, 200];
  const white = [255, 255, 255];
  const red = [200, 0, 0];

  test("goes from the first stop to the last", () => {
    const table = scale([blue, white, red]);
    assert.equal(table.length, 256);
    assert.deepEqual(bytesOf(table[0]), [...blue, 255]);
    assert.deepEqual(bytesOf(table[255]), [...red, 255]);
  });
  test("shows zero, between the two halves, as the stop in the middle", () => {
    const table = scale([blue, white, red]);
    for (const byte of [127, 128])
      for (const part of bytesOf(table[byte])) assert.ok(part >= 253, `${byte}: ${part}`);
  });
  test("never turns back", () => {
    const table = scale([white, blue]);
    for (let k = 1; k < 256; k++) assert.ok(bytesOf(table[k])[0] <= bytesOf(table[k - 1])[0]);
  });
});

describe("sizes on a logarithmic scale", () => {
  test("are 0 at its foot and below, 1 at its head and above", () => {
    assert.equal(logLevel(0, [1, 8]), 0);
    assert.equal(logLevel(1e-9, [1, 8]), 0);
    assert.equal(logLevel(10, [1, 8]), 1);
    assert.equal(logLevel(1e30, [1, 8]), 1);
    assert.ok(Math.abs(logLevel(1e-3, [1, 8]) - 0.5) < 1e-12);
  });
  test("and the bytes of gradients have the sign and the size behind them", () => {
    assert.equal(gradientOf(127, [1, 8]), 0);
    assert.equal(gradientOf(254, [1, 8]), 10);
    assert.equal(gradientOf(0, [1, 8]), -10);
    assert.ok(gradientOf(126, [1, 8]) < 0 && gradientOf(126, [1, 8]) > -2e-7);
  });
  test("clamp keeps within both limits", () => {
    assert.deepEqual(
      [-1, 0.5, 9].map(v => clamp(v, 0, 1)),
      [0, 0.5, 1],
    );
  });
});

describe("the axis of a curve", () => {
  const curve = (...values) => [values.map((v, k) => [k, v])];

  test("of a share is 0 to 1, whatever its values", () => {
    const axis = scaleOf(curve(0.1, 0.13), { unit: true });
    assert.deepEqual([axis.at(0), axis.at(1), axis.level(0.13)], [0, 1, 0.13]);
  });
  test("of other numbers begins at 0 where they differ little", () => {
    const axis = scaleOf(curve(2, 8), { unit: false });
    assert.deepEqual([axis.log, axis.at(0), axis.at(0.5), axis.at(1)], [false, 0, 4, 8]);
  });
  test("is logarithmic where they differ by more than 20 times", () => {
    const axis = scaleOf(curve(0.01, 1), { unit: false });
    assert.equal(axis.log, true);
    assert.ok(Math.abs(axis.at(0.5) - 0.1) < 1e-12);
    assert.ok(Math.abs(axis.level(0.1) - 0.5) < 1e-12);
  });
  test("of differences reaches both ways and is never logarithmic", () => {
    assert.deepEqual(
      [scaleOf(curve(-3, -1), { unit: false, signed: true })].map(a => [a.low, a.high, a.log]),
      [[-3, 0, false]],
    );
    assert.equal(scaleOf(curve(0.01, 1), { unit: false, signed: true }).log, false);
  });
  test("exists where there is nothing to draw, or one value only", () => {
    for (const points of [[[]], curve(0), curve(5)]) {
      const axis = scaleOf(points, { unit: false });
      for (const level of [0, 0.5, 1]) assert.ok(Number.isFinite(axis.at(level)));
    }
  });
});

describe("the points of a curve", () => {
  test("are thinned to the extremes of each pixel, in their order", () => {
    const points = Array.from({ length: 1000 }, (_, k) => [
      k,
      k === 500 ? 99 : k === 501 ? -99 : 0,
    ]);
    const thin = thinCurve(points, 100);
    assert.ok(thin.length <= 200);
    const spikes = thin.filter(([, v]) => v);
    assert.deepEqual(spikes, [
      [500, 99],
      [501, -99],
    ]);
    assert.equal(thinCurve(points, 900), points);
  });
  test("have a present value: the latest at or before the position", () => {
    const points = [
      [0, 5],
      [3, 6],
      [10, 7],
    ];
    assert.deepEqual(
      [-1, 0, 2, 3, 9, 10, 99].map(k => valueAt(points, k)),
      [null, 5, 5, 6, 6, 7, 7],
    );
  });
  test("are subtracted where both curves have one", () => {
    const difference = subtractCurves(
      [
        [0, 5],
        [2, 6],
        [4, 9],
      ],
      [
        [0, 1],
        [1, 1],
        [4, 2],
      ],
    );
    assert.deepEqual(difference, [
      [0, 4],
      [4, 7],
    ]);
  });
});

test("a trace less itself is zero, and the range of what is signed is twice as wide", () => {
  const trace = {
    values: { h: new Uint8Array([0, 90, 255]), f: new Uint8Array([10, 20, 30]) },
    ranges: { h: 0.5, f: 1 },
  };
  const { values, ranges } = subtractTraces(trace, trace, ["f"], {});
  for (const bytes of Object.values(values)) assert.deepEqual([...bytes], [128, 128, 128]);
  assert.deepEqual(ranges, { h: 1, f: 1 });
  const zero = { ...trace, values: { h: new Uint8Array(3), f: new Uint8Array(3) } };
  assert.deepEqual([...subtractTraces(trace, zero, ["f"], {}).values.h], [128, 173, 255]);
});

test("labels of lines that end at one height stand apart, and inside", () => {
  const taken = [];
  const places = [60, 60, 60, 61].map(y => freePlace(taken, y));
  assert.equal(places[0], 60);
  const sorted = [...places].sort((a, b) => a - b);
  for (let k = 1; k < 4; k++) assert.ok(sorted[k] - sorted[k - 1] >= 11, sorted.join());
  assert.ok(sorted[0] > 8);
});
