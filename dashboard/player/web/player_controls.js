// What the controls, the keys and the curves of a player do.

import { pointed } from "./canvas.js";
import { isBusy } from "./channel.js";
import { refusesPlay } from "./course/lock.js";
import { stepsAt } from "./decode.js";
import { isMeantElsewhere, targetOf, watchWindow } from "./mount.js";
import { sendAction } from "./pulling.js";
import { moveUnit, pinStep } from "./rows/lighting.js";
import { startSlowMotion, stepOn } from "./stepping.js";

/** @import { Chart, PlayerView, Show, Strings } from "./types.js" */

/**
 * What the keys do, for the list of them.
 * @param {Strings} S
 * @param {[keys: string, words: string][]} own keys of the page alone
 * @returns {[keys: string, words: string][]}
 */
export const playerKeys = (S, ...own) => [
  ["Space", S["key play"]],
  ["← →", S["key steps"]],
  ...own,
  ["[ ]", S["key updates"]],
  ["Esc", S["key away"]],
  ["?", S["key list"]],
];

/** @param {PlayerView} view */
export function wireControls(view) {
  const p = view.page;
  const run = view.run;
  /** @param {() => void} change */
  const redrawAfter = change => () => {
    change();
    view.dirty = true;
  };
  p.play.onclick = redrawAfter(() => {
    if (!run.playing && refusesPlay(view)) return;
    run.playing = !run.playing && !(run.header.done && run.position >= run.frames.length - 1);
    if (!run.playing && isBusy(view)) sendAction(view, { kind: "pause" });
  });
  p.step.onclick = redrawAfter(() => refusesPlay(view) || stepOn(view));
  p.reset.onclick = () => {
    run.playing = false;
    sendAction(view, { kind: "reset" });
  };
  p.speed.onchange = redrawAfter(() => {
    view.speed = +p.speed.value;
  });
  p.speed.value = String(view.speed);
  p.slow.onclick = redrawAfter(() => {
    view.slow = view.slow ? null : startSlowMotion();
  });
  p.slowness.onchange = () => {
    view.slowness = +p.slowness.value;
  };
  p.slowness.value = String(view.slowness);
  p.scrub.oninput = redrawAfter(() => {
    run.playing = false;
    run.position = +p.scrub.value;
  });
  p.bannerButton.onclick = () => sendAction(view, { kind: "rewind" });
  p.probe.onchange = () => sendAction(view, { kind: "probe", text: p.probe.value });
  p.show.onchange = redrawAfter(() => {
    view.show = /** @type {Show} */ (p.show.value); // its options are made of these
  });
  p.show.value = view.show;
  p.layer.onchange = redrawAfter(() => {
    view.layer = +p.layer.value;
  });
  if (view.watched) return;
  view.watched = true;
  watchWindow(view, event => takeKey(view, event));
  new ResizeObserver(() => view.fit()).observe(view.host);
}

/**
 * Dragging along a curve moves the training cursor.
 * @param {PlayerView} view
 * @param {Chart[]} charts
 */
export function scrubOn(view, charts) {
  for (const chart of charts) {
    /** @param {PointerEvent} event */
    const scrub = event => {
      if (event.buttons !== 1 || !chart.scrub) return;
      view.run.playing = false;
      view.run.position = chart.scrub(pointed(chart.canvas, event)[0]);
      view.dirty = true;
    };
    chart.canvas.onpointerdown = scrub;
    chart.canvas.onpointermove = scrub;
  }
}

/**
 * Whether a control under the focus needs the key itself.
 * @param {PlayerView} view
 * @param {KeyboardEvent} event
 */
function needsKey(view, event) {
  if (targetOf(event) === view.page.scrub) return /^Arrow/.test(event.key); // it needs these alone
  return isMeantElsewhere(event);
}

/**
 * @param {PlayerView} view
 * @param {KeyboardEvent} event
 */
function takeKey(view, event) {
  const { run, page: p } = view;
  if (event.ctrlKey || event.metaKey || event.altKey || needsKey(view, event)) return;
  const T = stepsAt(run);
  if (event.key === " ") p.play.click();
  else if (event.key === "ArrowRight") view.t = Math.min(T - 1, view.t + 1);
  else if (event.key === "ArrowLeft") view.t = view.t < 0 ? T - 1 : Math.max(0, view.t - 1);
  else if (event.key === "]") p.step.click();
  else if (event.key === "[") {
    run.playing = false;
    run.position = Math.max(0, run.position - 1);
  } else if (event.key === "Escape") view.t = -1;
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!moveUnit(view, event.key === "ArrowDown" ? 1 : -1)) return; // it scrolls the page
  } else return;
  if (/^(Arrow|Esc)/.test(event.key)) pinStep(view, true);
  event.preventDefault();
  view.dirty = true;
}
