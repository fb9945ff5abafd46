// The steps whose name has room to be written.

/**
 * The cursor's, marked ones, then every so many.
 * @param {number} T
 * @param {number} every
 * @param {boolean[]} marked
 * @param {number} cursor
 */
export function stepsToName(T, every, marked, cursor) {
  /** @type {Set<number>} */
  const chosen = new Set();
  /** @param {number} t */
  const hasRoom = t => ![...chosen].some(other => Math.abs(other - t) < every);
  if (cursor >= 0 && cursor < T) chosen.add(cursor);
  marked.forEach((mark, t) => {
    if (mark && hasRoom(t)) chosen.add(t);
  });
  for (let t = 0; t < T; t++) if (hasRoom(t)) chosen.add(t);
  return chosen;
}
