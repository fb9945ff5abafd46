// Asking the server: for more frames, or for what only it can do.

/** @import { PlayerView } from "./types.js" */

const PATIENCE = 3000; // ms until what is unanswered is asked again; a repeated answer does no harm

/**
 * @param {PlayerView} view
 * @param {{ kind: "reset" | "rewind" | "probe", text?: string }} action
 */
export const sendAction = (view, action) =>
  view.trigger("action", { run: view.run.id, at: performance.now(), ...action });

/**
 * Asks for n more frames, one for every so many updates.
 * @param {PlayerView} view
 * @param {number} n
 * @param {number} every
 */
export function pullFrames(view, n, every = view.speed > 60 ? Math.round(view.speed / 60) : 1) {
  const run = view.run;
  const now = performance.now();
  if (run.header.done || document.hidden || (run.asked && now - run.asked < PATIENCE)) return;
  run.asked = now;
  view.trigger("pull", { run: run.id, have: run.frames.length, n: Math.ceil(n), every, at: now });
}

/**
 * Keeps a second of updates ahead of what is shown.
 * @param {PlayerView} view
 */
export function refillFrames(view) {
  const ahead = view.run.frames.length - 1 - view.run.position;
  if (ahead < view.speed) pullFrames(view, 1.5 * view.speed - ahead + 1);
}
