// Asking the server: for more frames, or for what only it can do.

import { act, isBusy, pull } from "./channel.js";

/** @import { PlayerView, Run } from "./types.js" */

/**
 * What the player has: every question says so.
 * @param {PlayerView} view
 */
export const havingOf = ({ run }) =>
  run ? { run: run.id, have: run.frames.length } : { run: "", have: 0 };

const PAUSE_MS = 200; // between two questions about a training elsewhere, while nothing comes

/** @type {WeakMap<PlayerView["run"], number>} */
const askedAt = new WeakMap();

/**
 * Whether a training elsewhere had nothing new just now.
 * @param {PlayerView["run"]} run
 */
function isEarly(run) {
  const { header } = /** @type {Run} */ (run);
  const now = performance.now();
  if (header.elsewhere && !header.count && now - (askedAt.get(run) ?? 0) < PAUSE_MS) return true;
  askedAt.set(run, now);
  return false;
}

/**
 * @param {PlayerView} view
 * @param {{ kind: string, text?: string, saved?: string, run?: string, name?: string, gate?: string, value?: number, update?: number, frame?: number, changes?: Record<string, string> }} action
 */
export const sendAction = (view, action) => act(view, { ...havingOf(view), n: 0, ...action });

/**
 * Asks for n more frames, one for every so many updates.
 * @param {PlayerView} view
 * @param {number} n
 * @param {number} every
 */
export function pullFrames(view, n, every = view.speed > 60 ? Math.round(view.speed / 60) : 1) {
  if (view.run.header.done || document.hidden || isBusy(view) || isEarly(view.run)) return;
  pull(view, { ...havingOf(view), n: Math.ceil(n), every });
}

/**
 * Keeps a second of updates ahead of what is shown.
 * @param {PlayerView} view
 */
export function refillFrames(view) {
  const ahead = view.run.frames.length - 1 - view.run.position;
  if (ahead < view.speed) pullFrames(view, 1.5 * view.speed - ahead + 1);
}
