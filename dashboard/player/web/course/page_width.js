// How wide the page is beside the rail. What the styles and the programs say of the window's width, they mean of the
// page's: so their rules for narrower windows hold as much earlier as the rail is wide.

let taken = 0; // px
/** @type {Set<WeakRef<CSSStyleSheet>>} */
const sheets = new Set();
/** @type {WeakMap<CSSMediaRule, string>} */
const conditions = new WeakMap(); // as they are written in the file

/** @param {number} px */
export const isPageNarrow = px => window.innerWidth - taken <= px;

/** @param {CSSStyleSheet} sheet from now on, of a component */
export function adaptSheet(sheet) {
  sheets.add(new WeakRef(sheet));
  if (taken) shift(sheet);
}

/** @param {number} px that the rail takes of the window's width; 0 where it stands above the page */
export function takeWidth(px) {
  if (taken === px) return;
  taken = px;
  for (const reference of sheets) {
    const sheet = reference.deref();
    if (sheet) shift(sheet);
    else sheets.delete(reference);
  }
}

/** @param {CSSStyleSheet} sheet */
function shift(sheet) {
  for (const rule of sheet.cssRules) {
    if (!(rule instanceof CSSMediaRule)) continue;
    const written = conditions.get(rule) ?? rule.media.mediaText;
    conditions.set(rule, written);
    rule.media.mediaText = shiftCondition(written, taken);
  }
}

/**
 * @param {string} condition of a media rule
 * @param {number} px
 */
export const shiftCondition = (condition, px) =>
  condition.replace(/((?:min|max)-width: *)(\d+)px/g, (_, side, n) => `${side}${+n + px}px`);
