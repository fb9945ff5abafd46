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
