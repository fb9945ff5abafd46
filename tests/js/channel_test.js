// The way to a stream: one question at a time, clicks first, and what it does while nobody answers.

import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import "./helpers/page.js";

const { act, connect, isBusy, pull } = await import("../../dashboard/player/web/channel.js");

const STRINGS = { unreachable: "no answer", gone: "unknown", refused: "refused: {sentence}" };
const settle = async () => {
  for (let k = 0; k < 20; k++) await Promise.resolve();
};

/** @type {{ url: URL, how: object, answer: (status: number, body: string) => Promise<void>, fail: () => Promise<void> }[]} */
let sent = [];

beforeEach(() => {
  sent = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.fetch = (url, how) =>
    new Promise((resolve, reject) => {
      how.signal.addEventListener("abort", () => reject(new Error("aborted")));
      sent.push({
        ...{ url, how },
        answer: (status, body) => {
          const bytes = new TextEncoder().encode(body);
          resolve({
            ...{ ok: status === 200, status, text: async () => body },
            arrayBuffer: async () => bytes.buffer,
          });
          return settle();
        },
        fail: () => {
          reject(new TypeError("network"));
          return settle();
        },
      });
    });
});

/** A player on the page, and what it has taken. */
function makePlayer() {
  const taken = [];
  const triggered = [];
  const above = [];
  const view = {
    host: { isConnected: true, before: element => above.push(element) },
    trigger: (...values) => triggered.push(values),
  };
  const listener = {
    take: bytes => taken.push(new TextDecoder().decode(bytes)),
    position: () => ({ run: "r", have: taken.length }),
  };
  const page = (token, stamp) => connect(view, { token, stamp, strings: STRINGS }, listener);
  return { view, taken, triggered, page, notice: () => above[0].textContent };
}

const query = ({ url }) => Object.fromEntries(url.searchParams);

describe("a channel", () => {
  test("asks at once what there is, and then one question at a time", async () => {
    const { view, taken, page } = makePlayer();
    page("token", ["r", 1]);
    assert.equal(sent.length, 1);
    assert.ok(sent[0].url.pathname.endsWith("/frames/token"));
    assert.deepEqual(query(sent[0]), { run: "r", have: "0", n: "0" });
    pull(view, { n: 9 });
    assert.equal(sent.length, 1, "an answer is on its way");
    assert.ok(isBusy(view));
    await sent[0].answer(200, "first");
    assert.deepEqual(taken, ["first"]);
    pull(view, { run: "r", have: 1, n: 9, every: 1 });
    assert.deepEqual(query(sent[1]), { run: "r", have: "1", n: "9", every: "1" });
  });

  test("sends a click before the question that is open, whose answer is not taken", async () => {
    const { view, taken, page } = makePlayer();
    page("token", ["r", 1]);
    act(view, { kind: "reset" });
    assert.equal(sent[1].how.method, "POST");
    assert.deepEqual(JSON.parse(sent[1].how.body), { kind: "reset" });
    assert.equal(sent[1].how.headers["Content-Type"], "application/json");
    await sent[0].answer(200, "late");
    await sent[1].answer(200, "new");
    assert.deepEqual(taken, ["new"]);
  });

  test("asks again when the page was drawn with news, and not when it was drawn as before", async () => {
    const { page, taken } = makePlayer();
    assert.equal(page("token", ["r", 1]), false);
    await sent[0].answer(200, "");
    page("token", ["r", 1]);
    assert.equal(sent.length, 1);
    page("token", ["r", 2]);
    assert.equal(sent.length, 2);
    page("token", ["r", 3]);
    assert.equal(sent.length, 3, "at once, in place of the question that is open");
    await sent[1].answer(200, "old");
    await sent[2].answer(200, "new");
    assert.equal(sent.length, 3);
    assert.deepEqual(taken, ["", "new"]);
  });

  test("says that nobody answers, tries again, and goes on", async () => {
    const { view, taken, page, notice } = makePlayer();
    page("token", ["r", 1]);
    await sent[0].fail();
    assert.equal(notice(), "no answer");
    pull(view, { n: 3 });
    assert.equal(sent.length, 1, "it waits");
    mock.timers.tick(1001);
    assert.equal(sent.length, 2);
    await sent[1].answer(200, "there");
    assert.equal(notice(), "");
    assert.deepEqual(taken, ["there"]);
  });

  test("keeps a click until it is answered", async () => {
    const { view, page } = makePlayer();
    page("token", ["r", 1]);
    await sent[0].answer(200, "");
    act(view, { kind: "probe", text: "a" });
    await sent[1].fail();
    mock.timers.tick(1001);
    assert.equal(sent[2].how.body, sent[1].how.body);
    await sent[2].answer(400, "no");
    mock.timers.tick(1001);
    assert.equal(sent[3].how.method, undefined, "it has its answer, if no good one");
  });

  test("gives an answer up that does not come, and asks for it once more", async () => {
    const { page, notice } = makePlayer();
    page("token", ["r", 1]);
    mock.timers.tick(15_001);
    await settle();
    assert.equal(notice(), "no answer");
    mock.timers.tick(1001);
    assert.equal(sent.length, 2);
  });

  test("waits a moment while the question before is still answered, and says nothing of it", async () => {
    const { page, notice } = makePlayer();
    page("token", ["r", 1]);
    await sent[0].answer(429, "busy");
    assert.equal(notice() ?? "", "");
    mock.timers.tick(101);
    assert.equal(sent.length, 2);
  });

  test("has the page drawn where its token is unknown, and goes on with the new one", async () => {
    const { triggered, page, notice, taken } = makePlayer();
    page("old", ["r", 1]);
    await sent[0].answer(404, "gone");
    assert.equal(notice(), "unknown");
    assert.deepEqual(triggered, [["redraw", { token: "old" }]]);
    assert.equal(page("new", ["s", 1]), true, "another server");
    mock.timers.tick(1001);
    const last = sent[sent.length - 1];
    assert.ok(last.url.pathname.endsWith("/frames/new"));
    await last.answer(200, "here");
    assert.deepEqual(taken, ["here"]);
    assert.equal(notice(), "");
  });

  test("shows the sentence of a refusal", async () => {
    const { page, notice } = makePlayer();
    page("token", ["r", 1]);
    await sent[0].answer(400, "frames: expected at most 3");
    assert.equal(notice(), "refused: frames: expected at most 3");
  });

  test("is silent once it has left the page", async () => {
    const { view, page } = makePlayer();
    page("token", ["r", 1]);
    view.host.isConnected = false;
    await sent[0].fail();
    mock.timers.tick(5000);
    assert.equal(sent.length, 1);
  });
});
