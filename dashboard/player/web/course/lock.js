// While a prediction is due, nothing plays: what came would be known before it was expected.

import { notify } from "../channel.js";

/** @import { Mounted } from "../types.js" */

let sentence = ""; // why; "": nothing is due
/** @type {Mounted | null} */
let refused = null; // the player that has said so

/** @param {string} why whole, as the reader sees it; "" unlocks */
export function lockPlay(why) {
  sentence = why;
  if (why || !refused) return;
  notify(refused, "");
  refused = null;
}

// The button that trains on the pages without a player is one of the page's own.
const TRAIN_BUTTON = ".st-key-train-100 button";

/**
 * Where the page's own button would train, `refuse` says why not.
 * @param {() => void} refuse
 * @returns {() => void} ends that
 */
export function guardTraining(refuse) {
  /** @param {MouseEvent} event */
  const stop = event => {
    if (!sentence || !(event.target instanceof Element) || !event.target.closest(TRAIN_BUTTON))
      return;
    event.preventDefault();
    event.stopPropagation();
    refuse();
  };
  document.addEventListener("click", stop, true);
  return () => document.removeEventListener("click", stop, true);
}

export const isPlayLocked = () => !!sentence;

/**
 * Whether a click on Play or Step does nothing, which is said above the player.
 * @param {Mounted} view
 */
export function refusesPlay(view) {
  if (!sentence) return false;
  refused = view;
  notify(view, sentence);
  return true;
}
