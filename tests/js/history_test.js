// The browser's history: one entry for each page and setting, and no late writing over an entry gone back to.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

let entries;
let at;
const listeners = {};
const url = () => new URL(entries[at], "http://app");
globalThis.window = {
  addEventListener: (name, listener) => {
    listeners[name] = listener;
  },
};
globalThis.location = {
  get href() {
    return url().href;
  },
  get pathname() {
    return url().pathname;
  },
  get search() {
    return url().search;
  },
};
globalThis.history = {
  pushState: (_data, _unused, address) => {
    entries = [...entries.slice(0, at + 1), address];
    at++;
  },
  replaceState: (_data, _unused, address) => {
    entries[at] = address;
  },
};
entries = ["/?task=a"];
at = 0;
const { default: render } = await import("../../dashboard/player/web/hidden/history.js");

history.pushState({}, "", "/?task=a&units=4");
const opened = [...entries];

const write = address => history.pushState({}, "", address);
const answer = query => render({ data: { query, visits: 1 } });
const goTo = k => {
  at = k;
  listeners.popstate();
};

beforeEach(() => {
  entries = ["/"];
  at = 0;
  listeners.pointerdown();
  write("/?task=a"); // completes the entry
});

test("what is written before the reader has done anything is no second entry", () => {
  assert.deepEqual(opened, ["/?task=a&units=4"]);
});

test("a setting is an entry", () => {
  write("/?task=b");
  assert.deepEqual(entries, ["/?task=a", "/?task=b"]);
});

test("a page and what it writes behind the ? are one entry", () => {
  write("/gates");
  write("/gates?task=a");
  write("/gates?task=b");
  assert.deepEqual(entries, ["/?task=a", "/gates?task=a", "/gates?task=b"]);
});

test("so they are inside another page", () => {
  write("/gates?embed=true");
  write("/gates?embed=true&task=a");
  assert.deepEqual(entries, ["/?task=a", "/gates?embed=true&task=a"]);
});

test("the old page without its ? is no entry", () => {
  write("/");
  write("/yours");
  write("/");
  write("/?task=a");
  assert.deepEqual(entries, ["/?task=a", "/yours", "/?task=a"]);
});

test("what is written late is not written over the entry that was visited", () => {
  write("/?task=b");
  write("/gates?task=b");
  goTo(0);
  write("/gates?task=c");
  history.replaceState({}, "", "/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=b", "/gates?task=b"]);
  answer("task=a");
  history.replaceState({}, "", "/?task=d");
  assert.deepEqual(entries, ["/?task=d", "/?task=b", "/gates?task=b"]);
});

test("the answer to one visit is none to the next", () => {
  write("/?task=b");
  goTo(0);
  goTo(1);
  goTo(0);
  answer("task=a");
  write("/?task=late");
  assert.deepEqual(entries, ["/?task=a", "/?task=b"]);
  answer("task=a");
  write("/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=c"]);
});

test("a visit that the next one overtook is not waited for", () => {
  write("/?task=b");
  write("/?task=c");
  goTo(1);
  goTo(0);
  answer("task=a");
  write("/?task=d");
  assert.deepEqual(entries, ["/?task=a", "/?task=d"]);
});

test("any other run is no answer, and what the reader does next ends the waiting", () => {
  write("/?task=b");
  goTo(0);
  answer(null);
  write("/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=b"]);
  listeners.keydown();
  write("/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=c"]);
});

test("another place of the same page needs no answer", () => {
  entries[0] = "/?task=a#there";
  listeners.popstate();
  write("/?task=b");
  assert.equal(entries[1], "/?task=b");
});
