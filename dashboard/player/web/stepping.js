// One step on: to the next update, or in slow motion to the next time step.

import { stepsAt } from "./decode.js";
import { pullFrames } from "./pulling.js";

/** @import { PlayerView, SlowMotion } from "./types.js" */

const LOSS_STEPS = 4; // the loss stays for so many steps

/** @returns {SlowMotion} */
export const startSlowMotion = () => ({ stage: "forward", t: -1, at: 0, left: 0 });

/** @param {PlayerView} view */
export function stepOn(view) {
  const run = view.run;
  run.playing = false;
  if (view.slow) advanceSlowMotion(view, view.slow, 1);
  else if (run.position < run.frames.length - 1) run.position += 1;
  else if (!run.header.done) {
    // A click before the one before is answered goes one update further: none is lost.
    view.stepping = view.stepping ? view.stepping + 1 : run.frames.length;
    pullFrames(view, 1);
  }
}

/**
 * Forward through the steps, the loss, backward through the steps; then the next update.
 * @param {PlayerView} view
 * @param {SlowMotion} slow
 * @param {number} steps
 */
export function advanceSlowMotion(view, slow, steps) {
  const run = view.run;
  const T = stepsAt(run);
  for (let k = 0; k < steps; k++) {
    if (slow.stage === "forward") {
      slow.t += 1;
      if (slow.t >= T) {
        slow.stage = "loss";
        slow.left = LOSS_STEPS;
      }
    } else if (slow.stage === "loss") {
      slow.left -= 1;
      if (slow.left <= 0) {
        slow.stage = "backward";
        slow.t = T - 1;
      }
    } else if (slow.t > 0) slow.t -= 1;
    else if (run.position < run.frames.length - 1) {
      run.position += 1;
      slow.stage = "forward";
      slow.t = -1;
    } else pullFrames(view, 2);
  }
  view.dirty = true;
}

/**
 * @param {PlayerView} view
 * @param {number} passed ms
 */
export function playSlowly(view, passed) {
  const { slow, run } = view;
  if (!slow) return;
  slow.at += (passed / 1000) * view.slowness * Math.max(4, stepsAt(run) / 4);
  const steps = Math.floor(slow.at);
  slow.at -= steps;
  if (steps) advanceSlowMotion(view, slow, steps);
}
