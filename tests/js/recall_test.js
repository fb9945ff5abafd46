// Asking for the recording of an older update: it takes the place of no click that is not answered yet.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import "./helpers/page.js";

const { act, connect } = await import("../../dashboard/player/web/channel.js");
const { recallFrame } = await import("../../dashboard/player/web/recall.js");

const REST_MS = 200; // longer than a reader has to rest on an update
let sent = [];

beforeEach(() => {
  sent = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.fetch = (_url, { body, signal }) => {
    sent.push({ kind: body && JSON.parse(body).kind, signal });
    return new Promise(() => {});
  };
});

/** A player that rests on an update of which there are only numbers. */
function makePlayer() {
  const run = { frames: [{}], position: 0, playing: false, header: { elsewhere: {} } };
  const view = { run, host: { isConnected: true, before: () => {} }, trigger: () => {} };
  connect(
    view,
    { token: "t", stamp: [1], strings: {} },
    { take: () => {}, position: () => ({ run: "r", have: 1 }) },
  );
  return view;
}

test("the recording is asked for where the reader rests", () => {
  recallFrame(makePlayer());
  mock.timers.tick(REST_MS);
  assert.equal(sent.at(-1).kind, "recall");
});

test("a click that came meanwhile is answered first", () => {
  const view = makePlayer();
  recallFrame(view);
  act(view, { kind: "look", update: 0 });
  mock.timers.tick(REST_MS);
  assert.equal(sent.at(-1).kind, "look");
  assert.equal(sent.at(-1).signal.aborted, false);
});
