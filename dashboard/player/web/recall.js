// Of a training elsewhere, older updates come as numbers first: a recording is asked for where the reader stops.

import { openClick } from "./channel.js";
import { sendAction } from "./pulling.js";

/** @import { LiveView, Run } from "./types.js" */

const RECALL = "recall";
const REST_MS = 120; // at one update, before it is asked for

/** @type {WeakMap<Run, Set<number>>} what was asked for: it may be gone from the disk */
const asked = new WeakMap();
let timer = 0;

/**
 * Whether a click of the reader is not answered yet, which the next question would take the place of.
 * @param {LiveView} view
 */
const isAwaited = view => (openClick(view)?.kind ?? RECALL) !== RECALL;

/** @param {LiveView} view */
export function recallFrame(view) {
  const { run } = view;
  const k = run.position;
  const before = asked.get(run) ?? new Set();
  asked.set(run, before);
  clearTimeout(timer);
  if (run.frames[k].traces) before.delete(k);
  if (!run.header.elsewhere || run.playing || run.frames[k].traces || before.has(k)) return;
  timer = setTimeout(() => {
    if (run.position !== k || run.playing || view.run !== run) return;
    if (isAwaited(view)) return; // its answer draws the page, and that leads here again
    before.add(k);
    sendAction(view, { kind: RECALL, frame: k });
  }, REST_MS);
}
