// The key to a reader's saved runs: made once by this browser, kept by it, and told to the server alone.
// It stands in no link, so passing on the address of the page gives nobody access to the runs.
//
// The page's HTML runs this file before Streamlit's: then the key goes along with the first message, in a cookie
// that only the address of Streamlit's messages gets. Where a browser takes no cookie, as in a frame on another
// site's page, Python mounts this file as a component, which sends the key.

import { address } from "../base.js";

/** @import { Component } from "../types.js" */

const NAME = "unrolled key";
const VALID = /^[A-Za-z0-9_-]{16,64}$/;
const key = readKey();
/** @type {WeakSet<Element>} */
const hosts = new WeakSet();

setCookie();

/** @param {Component} component */
export default function ({ parentElement, setStateValue }) {
  if (hosts.has(parentElement)) return;
  hosts.add(parentElement);
  setStateValue("key", key);
}

function setCookie() {
  const { pathname, protocol } = new URL(address("_stcore/stream"));
  const secure = protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
  document.cookie = `unrolled_key=${key}; Path=${pathname}; SameSite=Strict${secure}`;
}

function readKey() {
  try {
    const stored = localStorage.getItem(NAME);
    if (stored && VALID.test(stored)) return stored;
    const made = makeKey();
    localStorage.setItem(NAME, made);
    return made;
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
