// The key to a reader's saved runs: made once by this browser, kept by it, and told to the server alone.
// It stands in no link, so passing on the address of the page gives nobody access to the runs.

/** @import { Component } from "../types.js" */

const NAME = "unrolled key";
const VALID = /^[A-Za-z0-9_-]{16,64}$/;
/** @type {WeakSet<Element>} */
const hosts = new WeakSet();

/** @param {Component} component */
export default function ({ parentElement, setStateValue }) {
  if (hosts.has(parentElement)) return;
  hosts.add(parentElement);
  setStateValue("key", readKey());
}

function readKey() {
  try {
    const stored = localStorage.getItem(NAME);
    if (stored && VALID.test(stored)) return stored;
    const key = makeKey();
    localStorage.setItem(NAME, key);
    return key;
  } catch {
    return makeKey(); // a browser that keeps nothing: the key lasts as long as the tab
  }
}

function makeKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
