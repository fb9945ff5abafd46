// Which symbols of an axis are shown where not all of them have room.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

const { fitting } = await import("../../dashboard/player/web/hidden/plotly_words.js");

const boxes = (wide, apart, n) =>
  Array.from({ length: n }, (_, k) => ({ left: k * apart, right: k * apart + wide }));

describe("symbols along an axis", () => {
  test("are all shown where they have room", () => {
    assert.deepEqual(fitting(boxes(10, 14, 5)), [true, true, true, true, true]);
  });
  test("leave out those that would lie on the one before", () => {
    assert.deepEqual(fitting(boxes(10, 8, 5)), [true, false, true, false, true]);
    assert.deepEqual(fitting(boxes(30, 8, 9)).map(Number), [1, 0, 0, 0, 0, 1, 0, 0, 0]);
  });
  test("are judged one by one where they differ in length", () => {
    const one = { left: 0, right: 50 };
    assert.deepEqual(fitting([one, { left: 30, right: 40 }, { left: 60, right: 70 }]), [
      ...[true, false, true],
    ]);
  });
});
