// A class: each prediction is counted, without a name. Nothing waits for it, and nothing is said where it fails.

import { address } from "../base.js";

const NAME = "unrolled-visitor";
const TRIES = 5;
const PAUSE_MS = 2000; // and twice as long after each try

/** Who sends, as a number that says nothing of the reader: a later prediction takes the place of a former one. */
function visitor() {
  const made = crypto.getRandomValues(new Uint32Array(4)).join("-");
  try {
    const stored = localStorage.getItem(NAME);
    if (stored && /^[\d-]{7,50}$/.test(stored)) return stored;
    localStorage.setItem(NAME, made);
  } catch {
    // a browser that stores nothing: each prediction counts by itself
  }
  return made;
}

/**
 * @param {string} room its token
 * @param {{ lesson: string, step: string, value: unknown }} prediction
 */
export async function sendPrediction(room, prediction) {
  const body = JSON.stringify({ visitor: visitor(), ...prediction });
  const headers = { "Content-Type": "application/json" };
  for (let k = 0; k < TRIES; k++) {
    try {
      const { ok, status } = await fetch(address(`rooms/${encodeURIComponent(room)}`), {
        ...{ method: "POST", headers, body, keepalive: true },
      });
      if (ok || (status < 500 && status !== 429)) return;
    } catch {
      // the network is away
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS * 2 ** k));
  }
}
