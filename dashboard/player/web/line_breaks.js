// Where a line may end: after a space, and beside a character that stands without one, as in Chinese.

const WIDE = /[\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF00-\uFFEF]/u;
const NEVER_FIRST = /^[\uFF0C\u3002\u3001\uFF1B\uFF1A\uFF1F\uFF01\uFF09\u201D\u300B%,.;:?!)]/u; // closes what is before it

/**
 * The pieces of a text that stay whole; a line is some of them, one after the other.
 * @param {string} text
 */
export function piecesOf(text) {
  /** @type {string[]} */
  const pieces = [];
  for (const letter of text) {
    const before = pieces.at(-1);
    const isBreak = before?.endsWith(" ") || WIDE.test(letter) || (before && WIDE.test(before));
    if (before === undefined || (isBreak && letter !== " " && !NEVER_FIRST.test(letter)))
      pieces.push(letter);
    else pieces[pieces.length - 1] = before + letter;
  }
  return pieces;
}

/**
 * The lines of a text, each as long as fits.
 * @param {string} text
 * @param {(line: string) => boolean} fits
 */
export function breakText(text, fits) {
  const lines = [""];
  for (const piece of piecesOf(text)) {
    const longer = lines[lines.length - 1] + piece;
    if (lines[lines.length - 1] === "" || fits(longer.trimEnd())) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines.map(line => line.trimEnd());
}
