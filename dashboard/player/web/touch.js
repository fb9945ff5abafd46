// How a reader points: what is said of a mouse and of keys helps nobody who has neither.

/** @import { Strings } from "./types.js" */

/**
 * The sentence that says how to point, of those for a mouse and for a finger.
 * @param {Strings} S
 * @param {string} name of the one for a mouse; that for a finger is named "<name> by touch"
 */
export const hintOf = (S, name) =>
  globalThis.matchMedia?.("(hover: none)").matches ? S[`${name} by touch`] : S[name];
