// What the player of the page shows at this moment. A player says how to ask it, and is asked only while a lesson is
// open: its frames cost nothing more.

/** @import { Mounted } from "../types.js" */
/** @import { LessonData, Now } from "./course_types.js" */

/** @typedef {{ read: () => Now | null, act: (verb: string, argument: string) => void }} Offer */

/** @type {{ view: Mounted, offer: Offer } | null} */
let newest = null;

/**
 * @param {Mounted} view
 * @param {Offer} offer what it shows; what a link in a text does on it
 */
export function offerNow(view, offer) {
  newest = { view, offer };
}

const presentOffer = () => (newest?.view.host.isConnected ? newest.offer : null);

export const readNow = () => presentOffer()?.read() ?? null;

/**
 * What a link in a lesson's text does.
 * @param {string} verb
 * @param {string} argument
 */
export const actOnPage = (verb, argument) => presentOffer()?.act(verb, argument);

const PLAYED = ["live", "compare"]; // pages that say themselves what they show, once their player is there

/**
 * What a page without a player showed when it was drawn last.
 * @param {LessonData["now"]} said
 * @returns {Now | null}
 */
export function nowOfPage(said) {
  if (!said || PLAYED.includes(said.page)) return null;
  return {
    ...{ page: said.page, run: "", update: said.update, playing: false, over: false },
    ...{ metrics: said.metrics, rises: true, headline: "", columns: {}, pin: null, sizes: [] },
    curves: () => ({}),
  };
}
