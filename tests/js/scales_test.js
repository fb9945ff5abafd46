// Where numbers stand on the scales of colours, sizes and curves.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/canvas.js";

const S = await import("../../dashboard/player/web/scales.js");
const { clamp, decadesOf, exponentsOf, gateOf, gradientOf } = S;
const { isBelowScale, keepDecades, logLevel, roundEnd, signedOf } = S;
const { scale } = await import("../../dashboard/player/web/colours.js");
const { scaleOf, thinCurve } = await import("../../dashboard/player/web/curves.js");
const { valueAt } = await import("../../dashboard/player/web/curve_points.js");
const { addPoint } = await import("../../dashboard/player/web/curve_points.js");
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
    assert.ok(Math.abs(gradientOf(253, [1, 8]) - 10) < 1e-9);
    assert.ok(Math.abs(gradientOf(1, [7, 3]) + 1e7) < 1e-3);
    assert.ok(Math.abs(gradientOf(129, [1, 8]) - 1e-7) < 1e-12);
    for (const [byte, size] of [
      [254, Infinity],
      [0, -Infinity],
      [255, NaN],
    ])
      assert.ok(Object.is(gradientOf(byte, [1, 8]), size), byte);
    assert.deepEqual([126, 127, 128, 129, 255].map(isBelowScale), [
      true,
      false,
      true,
      false,
      false,
    ]);
  });
  test("bytes of values are signed ones within their range, gates, or none", () => {
    assert.deepEqual(
      [1, 127, 253, 0, 254].map(byte => signedOf(byte, 4)),
      [-4, 0, 4, -Infinity, Infinity],
    );
    assert.deepEqual([0, 127, 254].map(gateOf), [0, 0.5, 1]);
    assert.ok(Number.isNaN(signedOf(255, 4)) && Number.isNaN(gateOf(255)));
  });
  test("have an axis of the whole decades that hold them, in both directions", () => {
    for (const [sizes, decades] of [
      [
        [1e7, 3e3],
        [7, 4],
      ],
      [
        [3.8e-13, 0.2],
        [0, 13],
      ],
      [
        [1e-45, 3e38],
        [39, 84],
      ],
      [
        [0.5, 0.4],
        [0, 2],
      ],
      [
        [NaN, Infinity, 0, 20, 3],
        [2, 2],
      ],
      [
        [0, 0],
        [1, 2],
      ],
    ])
      assert.deepEqual(decadesOf([Float64Array.from(sizes)]), decades, String(sizes));
  });
  test("name both ends of any axis, and never two labels on each other", () => {
    for (let decades = 2; decades <= 84; decades++)
      for (const room of [30, 60, 110, 400]) {
        const exponents = exponentsOf([3, decades], room).sort((a, b) => a - b);
        assert.equal(exponents[0], 3 - decades);
        assert.equal(exponents[exponents.length - 1], 3);
        for (let k = 1; k < exponents.length; k++)
          assert.ok(((exponents[k] - exponents[k - 1]) / decades) * room >= 14, String(exponents));
      }
  });
  test("keep their axis until something leaves it, or it is two decades too wide", () => {
    assert.deepEqual(keepDecades(undefined, [1, 4]), [1, 4]);
    assert.deepEqual(keepDecades([1, 4], [0, 2]), [1, 4]);
    assert.deepEqual(keepDecades([1, 4], [7, 9]), [7, 10]);
    assert.deepEqual(keepDecades([7, 10], [1, 4]), [1, 4]);
    assert.deepEqual(keepDecades([1, 4], [1, 9]), [1, 9]);
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
    assert.deepEqual([axis.low, axis.high, axis.level(0.13)], [0, 1, 0.13]);
  });
  test("of other numbers begins at 0 where they differ little, and ends at a round one", () => {
    const axis = scaleOf(curve(2, 8.5), { unit: false });
    assert.deepEqual([axis.log, axis.ticks], [false, [0, 5, 10]]);
  });
  test("is logarithmic where they differ by more than 20 times, from decade to decade", () => {
    const axis = scaleOf(curve(0.02, 1e7), { unit: false });
    assert.equal(axis.log, true);
    assert.deepEqual([axis.level(0.01), axis.level(1e7)], [0, 1]);
    assert.ok(Math.abs(axis.level(10 ** 2.5) - 0.5) < 1e-12);
  });
  test("is logarithmic beside a 0, too, which does not stand on it", () => {
    const axis = scaleOf(curve(0, 1e-3, 100), { unit: false });
    assert.equal(axis.log, true);
    assert.equal(axis.level(0), -Infinity);
  });
  test("shrinks again when what was large is gone", () => {
    const points = curve(1, 2);
    addPoint(points[0], [2, 1e9]);
    assert.equal(scaleOf(points, { unit: false }).high, 1e9);
    addPoint(points[0], [2, 3]); // another sequence is read
    assert.equal(scaleOf(points, { unit: false }).high, 3);
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
      assert.ok(axis.ticks.every(Number.isFinite));
      assert.ok(new Set(axis.ticks).size > 1);
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

test("the smallest round number that holds a size", () => {
  assert.deepEqual([0.2, 0.21, 1, 4, 8.1, 1e-9, 3e38].map(roundEnd), [
    ...[0.2, 0.3, 1, 5, 10, 1e-9, 3e38],
  ]);
});

test("a trace less itself is zero, and the range of what is signed is twice as wide", () => {
  const trace = {
    values: { h: new Uint8Array([1, 90, 253]), f: new Uint8Array([10, 20, 254]) },
    ranges: { h: 0.5, f: 1 },
  };
  const { values, ranges } = subtractTraces(trace, trace, ["f"], {});
  for (const bytes of Object.values(values)) assert.deepEqual([...bytes], [127, 127, 127]);
  assert.deepEqual(ranges, { h: 1, f: 1 });
  const zero = { ...trace, values: { h: new Uint8Array(3).fill(127), f: new Uint8Array(3) } };
  assert.deepEqual([...subtractTraces(trace, zero, ["f"], {}).values.h], [64, 109, 190]);
  assert.deepEqual([...subtractTraces(trace, zero, ["f"], {}).values.f], [132, 137, 253]);
});

test("what is not finite has no difference", () => {
  const trace = {
    values: { h: new Uint8Array([0, 254, 255, 127]), f: new Uint8Array([0, 254, 255, 1]) },
    ranges: { h: 1, f: 1 },
  };
  const { values } = subtractTraces(trace, trace, ["f"], {});
  assert.deepEqual([...values.h], [255, 255, 255, 127]);
  assert.deepEqual([...values.f], [127, 127, 255, 127]);
});

test("labels of lines that end at one height stand apart, and inside", () => {
  const taken = [];
  const places = [60, 60, 60, 61].map(y => freePlace(taken, y));
  assert.equal(places[0], 60);
  const sorted = [...places].sort((a, b) => a - b);
  for (let k = 1; k < 4; k++) assert.ok(sorted[k] - sorted[k - 1] >= 11, sorted.join());
  assert.ok(sorted[0] > 8);
});
