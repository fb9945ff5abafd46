// Links in the text of an example, and the small pictures of the gallery.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import "./helpers/page.js";

globalThis.CSS = { escape: text => text };
globalThis.HTMLDetailsElement = class {};

const { rowCalled } = await import("../../dashboard/player/web/rows/called.js");
const { follow } = await import("../../dashboard/player/web/examples/follow.js");
const { bytesOf, paint } = await import("../../dashboard/player/web/examples/thumbnails.js");

const viewOf = () => ({
  run: { playing: true, position: 2, frames: Array(4).fill({ T: 5, traces: [] }) },
  ...{ t: -1, row: null, unit: 0, pin: null, dirty: false, slow: null, show: "values" },
  page: {
    root: { querySelector: () => null },
    show: { value: "values" },
    slow: {
      click() {
        this.clicked = true;
      },
    },
  },
});

/** The view after a click on such a link. */
function after(verb, argument) {
  const view = viewOf();
  follow(view, verb, argument);
  return view;
}

describe("a link in the text of an example", () => {
  test("lights a step, which it counts from 1, and keeps it lit", () => {
    const view = after("step", "4");
    assert.equal(view.t, 3);
    assert.equal(view.pin.t, 3);
    assert.ok(view.dirty);
  });

  test("lights the last step where there are not so many", () => {
    assert.equal(after("step", "50").t, 4);
  });

  test("lights a unit", () => {
    const { pin } = after("unit", "h.3");
    assert.deepEqual([pin.row, pin.unit], ["h", 3]);
  });

  test("shows gradients, and the control says so", () => {
    const view = after("show", "gradients");
    assert.deepEqual([view.show, view.page.show.value], ["gradients", "gradients"]);
  });

  test("pauses at the newest update before it holds a gate", () => {
    const { run, left } = after("hold", "z=0");
    assert.deepEqual([run.playing, run.position, left], [false, 3, 4]);
  });

  test("plays in slow motion", () => {
    const view = after("slow", "");
    assert.ok(view.page.slow.clicked && view.run.playing);
  });

  test("does nothing by a verb that there is not", () => {
    assert.deepEqual({ ...after("nothing", ""), page: 0 }, { ...viewOf(), dirty: true, page: 0 });
  });
});

describe("a small picture", () => {
  test("has a row for each unit and a column for each step", () => {
    const values = bytesOf(btoa(String.fromCharCode(1, 2, 3, 4, 5, 6))); // 3 steps of 2 units
    const scale = Uint32Array.from({ length: 256 }, (_, k) => 10 * k);
    const pixels = new Uint32Array(9);
    paint(pixels, values, 3, 2, 1, scale);
    assert.deepEqual([...pixels], [0, 0, 0, 10, 30, 50, 20, 40, 60]);
  });
});

test("a row is called as a text calls it, whatever the cell names its gate", () => {
  const carry = { gate: "z", keeps: true, replaces: true };
  assert.equal(rowCalled("keeps", { carry }), "z");
  assert.equal(rowCalled("keeps", { carry: null }), "gateless");
  assert.equal(rowCalled("remembers", { carry }), "h");
  assert.equal(rowCalled("learns", { carry }), "learns");
});
