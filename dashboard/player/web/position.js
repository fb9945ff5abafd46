// Where the reader stands on each page. Each component keeps its position here while it draws, which costs no
// message: a reader who comes back to a page finds it as he left it, and the page Share asks for all of them at
// once (hidden/report_positions.js). The names are those of dashboard/session/position.py.

/** @import { LinkPosition, Position } from "./types.js" */

// By page; a module lives as long as the document, whatever page is shown.
/** @type {Record<string, Position>} */
const positions = {};
const opened = new Set();

/**
 * @param {string} page
 * @param {Position} position
 */
export const keepPosition = (page, position) => {
  positions[page] = position;
};

export const allPositions = () => positions;

/**
 * The position of a link that was followed, the document's own or that of a lesson's step: given once, then the reader
 * moves on from it.
 * @param {string} page
 * @param {LinkPosition | null | undefined} position
 */
export function positionOfLink(page, position) {
  const link = `${page} ${position?.link ?? ""}`;
  if (!position || opened.has(link)) return null;
  opened.add(link);
  return position;
}

/**
 * Where the reader left the page, while it shows the same run; its update is the run's own to remember.
 * @param {string} page
 * @param {string} run
 * @returns {LinkPosition | null}
 */
export function positionOnLeaving(page, run) {
  const position = positions[page];
  if (position?.run !== run) return null;
  const { update: _update, ...rest } = position;
  return /** @type {LinkPosition} */ (rest);
}
