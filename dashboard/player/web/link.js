// Where a page opens: at the place of its link, whose update the run trains up to, or where the reader had left it.

import { stepsAt } from "./decode.js";
import { follow } from "./examples/follow.js";
import { keepPosition, positionOfLink, positionOnLeaving } from "./position.js";
import { pullFrames } from "./pulling.js";
import { pinStep } from "./rows/lighting.js";

/** @import { LiveView, PlayerView, Show } from "./types.js" */

// The page shows one run, or several: each has its own place in a link.
/** @param {PlayerView} view */
const pageOf = view => ("columns" in view.run ? "compare" : "");

/** @param {PlayerView} view */
export function goToLink(view) {
  const { run, page: p } = view;
  const name = pageOf(view);
  const position = positionOfLink(name, run.header.cursor) ?? positionOnLeaving(name, run.id);
  if (!position) return;
  const { names } = ("columns" in run ? run.columns[0] : run).header;
  const shows = [...p.show.options].map(option => option.value);
  if (position.show && shows.includes(position.show)) view.show = position.show;
  if (position.layer && position.layer <= p.layer.options.length) {
    view.layer = position.layer - 1;
    p.layer.value = String(view.layer);
  }
  if (position.quantity && names.includes(position.quantity)) {
    view.row = position.quantity;
    view.unit = position.unit || 0;
  }
  if (position.step) {
    view.t = Math.min(position.step, stepsAt(run)) - 1;
    pinStep(view, true);
  }
  if (position.open && !("columns" in run)) {
    const live = /** @type {LiveView} */ (/** @type {unknown} */ (view));
    for (const place of position.open.split(",")) follow(live, "row", place);
  }
  if (position.update) {
    run.goal = position.update;
    run.playing = true;
  }
}

/**
 * Trains up to the update of the link, shown as it goes; whatever stops the playing ends it.
 * @param {PlayerView} view
 * @param {number} goal
 */
export function trainToLink(view, goal) {
  const run = view.run;
  const last = run.frames.length - 1;
  const left = goal - run.frames[last].index;
  if (run.playing && left > 0 && !run.header.done) {
    if (run.position !== last) {
      run.position = last;
      view.dirty = true;
    }
    if (left > 1) pullFrames(view, left - 1, Math.max(1, Math.round(goal / 100)));
    else pullFrames(view, 1, 1);
    return;
  }
  if (run.playing)
    run.position = run.frames.reduce((best, frame, k) => (frame.index <= goal ? k : best), 0);
  run.goal = 0;
  run.playing = false;
  view.dirty = true;
}

/**
 * @param {PlayerView} view
 * @param {number} update
 */
export function keepForLink(view, update) {
  const { pin } = view;
  keepPosition(pageOf(view), {
    run: view.run.id,
    update,
    step: pin ? pin.t + 1 : null,
    quantity: pin ? pin.row : null,
    unit: pin?.row ? pin.unit : null,
    layer: view.layer ? view.layer + 1 : null,
    show: view.show === "values" ? null : view.show,
  });
}
