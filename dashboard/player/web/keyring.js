// The key to a reader's saved runs: made once by this browser, kept by it, and told to the server alone.
// It stands in no link, so passing on the address of the page gives nobody access to the runs.

import { ask } from "./ask.js";

const NAME = "unrolled key", VALID = /^[A-Za-z0-9_-]{16,64}$/;
const told = new WeakSet();

export default function ({ parentElement, setStateValue }) {
  if (told.has(parentElement)) return;
  told.add(parentElement);
  ask(() => setStateValue("key", kept()));
}

function kept() {
  try {
    const found = localStorage.getItem(NAME);
    if (VALID.test(found || "")) return found;
    const fresh = made();
    localStorage.setItem(NAME, fresh);
    return fresh;
  } catch {
    return made(); // a browser that keeps nothing: the key lasts as long as the tab
  }
}

function made() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
