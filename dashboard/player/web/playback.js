// Playing one run, or several as one: what is shown moves on with the time, and frames are pulled ahead of it.

import { connect } from "./channel.js";
import { palette } from "./colours.js";
import { isPlayLocked } from "./course/lock.js";
import { isPageNarrow } from "./course/page_width.js";
import { rememberFocus } from "./focus.js";
import { forgetLegend } from "./legend.js";
import { goToLink, trainToLink } from "./link.js";
import { countMounts, fitHeight } from "./mount.js";
import { wireControls } from "./player_controls.js";
import { havingOf, pullFrames, refillFrames } from "./pulling.js";
import { playSlowly, startSlowMotion } from "./stepping.js";

/** @import { Group, PlayerView, Run, StreamData } from "./types.js" */

/**
 * A view without a run yet: `beginRun` brings run, page and colours, before anything else is called.
 * @template {PlayerView<Run> | PlayerView<Group>} View
 * @param {HTMLElement} host
 * @param {View["draw"]} draw
 */
export function makePlayerView(host, draw) {
  const view = /** @type {View} */ (
    /** @type {unknown} */ ({
      host,
      draw,
      t: -1,
      unit: 0,
      row: null,
      show: "values",
      layer: 0,
      speed: 30,
      slowness: 1,
      rest: 0,
      last: 0,
      drawn: 0,
      slow: null,
      stepping: 0,
      pin: null,
      at: null,
      dirty: false,
      watched: false,
    })
  );
  view.fit = () => {
    if (!view.page) return;
    const { root, story } = view.page;
    const grows = "rows" in view.page;
    const isNarrow = isPageNarrow(900); // its rows then have heights of their own
    const room =
      grows && isNarrow
        ? { least: 0, most: 0, below: 0, grows }
        : { least: story ? 480 : 600, most: 1100, below: grows ? 12 : 60, grows };
    fitHeight(host, root, room, story);
    view.dirty = true;
  };
  return view;
}

/**
 * The page has been drawn, and says which stream to ask.
 * @template {Run | Group} Played
 * @param {PlayerView<Played>} view
 * @param {StreamData} data
 * @param {(bytes: Uint8Array) => void} take
 * @returns {boolean} whether another server answers now than before
 */
export function connectPlayer(view, data, take) {
  // Of a run or a group: what follows does not care which.
  const player = /** @type {PlayerView} */ (/** @type {unknown} */ (view));
  const isAnother = connect(player, data, { take, position: () => havingOf(player) });
  if (view.run) {
    view.colours = palette(view.host); // the theme may be another one
    view.dirty = true;
  }
  return isAnother;
}

/**
 * A new run is on the page: from now on it is watched. It plays on if the one before it played.
 * @template {Run | Group} Played
 * @template {PlayerView<Played>} View
 * @param {View} view
 * @param {Played} run
 * @param {(view: View) => void} build makes the page's elements
 */
export function beginRun(view, run, build) {
  const isFirst = !view.run;
  if (view.run) run.playing = view.run.playing;
  const slow = view.slow && startSlowMotion(); // a mode stays
  Object.assign(view, { run, slow, stepping: 0, layer: 0, colours: palette(view.host) });
  const refocus = rememberFocus(view.host);
  build(view);
  refocus();
  view.page.root.dataset.mounts = String(countMounts());
  view.page.root.addEventListener("resized", () => {
    forgetLegend(view.page.legend);
    view.dirty = true;
  });
  // Of a run or a group: what follows does not care which.
  const player = /** @type {PlayerView} */ (/** @type {unknown} */ (view));
  goToLink(player);
  wireControls(player);
  view.fit();
  if (isFirst) requestAnimationFrame(now => tick(player, now));
}

/**
 * Python has answered.
 * @param {PlayerView} view
 */
export function takeAnswer(view) {
  const run = view.run;
  if (view.stepping && run.frames.length > view.stepping) {
    run.position = view.stepping;
    view.stepping = 0;
  }
  if (run.goal) trainToLink(view, run.goal);
  else if (run.playing && !view.slow) refillFrames(view); // at once: the next frame may be a while away
  if (run.header.redraws) view.trigger("redraw", { run: run.id });
  run.header.redraws = false;
  view.dirty = true;
}

/**
 * Updates a second: as asked, but no faster than training brings them, or they would come in jerks.
 * @param {PlayerView} view
 */
function paceOf(view) {
  const ahead = view.run.frames.length - 1 - view.run.position;
  if (view.run.follows) return Math.max(view.speed, ahead); // a training elsewhere waits for nobody
  return view.run.header.done ? view.speed : Math.min(view.speed, Math.max(10, 3 * ahead));
}

/**
 * @param {PlayerView} view
 * @param {number} now
 */
function tick(view, now) {
  if (!view.host.isConnected) return; // unmounted: nothing to clean up
  requestAnimationFrame(then => tick(view, then));
  const run = view.run;
  const passed = view.last ? Math.min(100, now - view.last) : 16;
  view.last = now;
  if (run.playing && isPlayLocked() && !run.goal) {
    run.playing = false;
    view.dirty = true;
  }
  if (!run.playing) run.follows = false;
  if (view.stepping && !run.header.done) pullFrames(view, 1); // asked again until it is answered
  if (run.goal) trainToLink(view, run.goal);
  else if (run.playing && view.slow) playSlowly(view, passed);
  else if (run.playing) playOn(view, passed);
  if (view.dirty && run.frames.length) {
    view.dirty = false;
    view.draw(view);
  }
}

/** @param {Run | Group} run */
const isElsewhere = run => "elsewhere" in run.header && !!run.header.elsewhere;

/**
 * @param {PlayerView} view
 * @param {number} passed ms
 */
function playOn(view, passed) {
  const run = view.run;
  view.rest += (passed * paceOf(view)) / 1000;
  const whole = Math.floor(view.rest);
  const next = Math.min(run.position + whole, run.frames.length - 1);
  view.rest -= whole;
  if (isElsewhere(run) && run.position === run.frames.length - 1) run.follows = true;
  if (next !== run.position) {
    run.position = next;
    view.dirty = true;
  }
  refillFrames(view);
  if (run.header.done && run.position === run.frames.length - 1) {
    run.playing = false;
    view.dirty = true;
  }
}
