// Where the reader looks, for a link. Each component keeps its cursor here while it draws, which costs no
// message; the page Share asks for all of them at once (cursors.js). The names are those of dashboard/cursor.py.

const kept = {}; // page -> cursor; a module lives as long as the document, whatever page is shown
const arrived = new Set();

export const keep = (page, cursor) => { kept[page] = cursor; };

export const all = () => kept;

// The cursor of the link that this document was opened with: given once, then the reader moves on from it.
export function arrival(page, cursor) {
  if (!cursor || arrived.has(page)) return null;
  arrived.add(page);
  return cursor;
}
