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
const act = () => listeners.click();
const actAndWrite = address => {
  act();
  write(address);
};
const answer = query => render({ data: { query, visits: 1 } });
const goTo = k => {
  at = k;
  listeners.popstate();
};

beforeEach(() => {
  entries = ["/"];
  at = 0;
  actAndWrite("/?task=a");
  entries = ["/?task=a"];
  at = 0;
});

test("what is written before the reader has done anything is no second entry", () => {
  assert.deepEqual(opened, ["/?task=a&units=4"]);
});

test("a setting is an entry, and so is the next one", () => {
  actAndWrite("/?task=b");
  actAndWrite("/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=b", "/?task=c"]);
});

test("a page and what it writes behind the ? are one entry, whichever comes first", () => {
  actAndWrite("/gates");
  write("/gates?task=a");
  actAndWrite("/gates?study=b");
  write("/memory?study=b");
  assert.deepEqual(entries, ["/?task=a", "/gates?task=a", "/memory?study=b"]);
});

test("the old page without its ? is no entry", () => {
  actAndWrite("/");
  write("/yours");
  actAndWrite("/");
  write("/?task=a");
  assert.deepEqual(entries, ["/?task=a", "/yours", "/?task=a"]);
});

test("what is written late is not written over the entry that was visited", () => {
  actAndWrite("/?task=b");
  actAndWrite("/gates?task=b");
  goTo(0);
  write("/gates?task=c");
  history.replaceState({}, "", "/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=b", "/gates?task=b"]);
  answer("task=a");
  write("/?task=d");
  assert.deepEqual(entries, ["/?task=d", "/?task=b", "/gates?task=b"], "what lay ahead is lost");
});

test("the answer to one visit is none to the next", () => {
  actAndWrite("/?task=b");
  goTo(0);
  goTo(1);
  goTo(0);
  answer("task=a");
  write("/?task=late");
  assert.deepEqual(entries, ["/?task=a", "/?task=b"]);
  answer("task=a");
  write("/?task=c");
  assert.deepEqual(entries, ["/?task=c", "/?task=b"]);
});

test("a visit that the next one overtook is not waited for", () => {
  actAndWrite("/?task=b");
  actAndWrite("/?task=c");
  goTo(1);
  goTo(0);
  answer("task=a");
  write("/?task=d");
  assert.equal(entries[0], "/?task=d");
});

test("any other run is no answer, and what the reader does next ends the waiting", () => {
  actAndWrite("/?task=b");
  goTo(0);
  answer(null);
  write("/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=b"]);
  actAndWrite("/?task=c");
  assert.deepEqual(entries, ["/?task=a", "/?task=c"]);
});

test("another place of the same page needs no answer", () => {
  entries[0] = "/?task=a#there";
  listeners.popstate();
  actAndWrite("/?task=b");
  assert.deepEqual(entries, ["/?task=a#there", "/?task=b"]);
});
