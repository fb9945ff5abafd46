// Numbers as people type them: with either decimal sign, a unit behind, a power of ten, or full-width digits.

const MAX_CHARACTERS = 40;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/;

/** @typedef {{ value: number } | { problem: "empty" | "no number" | "too large" | "too long" }} Typed */

/**
 * @param {string} typed
 * @param {string} unit that may stand behind it
 * @returns {Typed}
 */
export function readNumber(typed, unit = "") {
  let text = typed.normalize("NFKC").trim().toLowerCase();
  if (text.length > MAX_CHARACTERS) return { problem: "too long" };
  const end = unit.normalize("NFKC").toLowerCase();
  if (end && text.endsWith(end)) text = text.slice(0, -end.length);
  else if (text.endsWith("%")) text = text.slice(0, -1);
  text = text
    .replace(/[\u2212\u2013]/g, "-")
    .replace(/\s*[x×·*]\s*10\s*\^?\s*/, "e")
    .replace(/[\s'\u2019]/g, "");
  if (!text) return { problem: "empty" };
  text = withPoint(text);
  if (!NUMBER.test(text)) return { problem: "no number" };
  const value = Number(text);
  return Number.isFinite(value) ? { value } : { problem: "too large" };
}

/**
 * With a point as the decimal sign, and without any sign between thousands.
 * @param {string} text
 */
function withPoint(text) {
  const [mantissa, ...power] = text.split("e");
  const last = Math.max(mantissa.lastIndexOf("."), mantissa.lastIndexOf(","));
  if (last < 0) return text;
  const sign = mantissa[last];
  const isRepeated = mantissa.indexOf(sign) !== last;
  const isThousands = isRepeated || /^[+-]?[1-9]\d{0,2},\d{3}$/.test(mantissa);
  const whole = mantissa.slice(0, last).replace(/[.,]/g, "");
  const rest = mantissa.slice(last + 1);
  return [isThousands ? `${whole}${rest}` : `${whole}.${rest}`, ...power].join("e");
}

/**
 * Whether a number is the answer, within the tolerance: relative to it, absolute where it is 0.
 * @param {number} value
 * @param {number} answer
 * @param {number} tolerance
 */
export const isClose = (value, answer, tolerance) =>
  Math.abs(value - answer) <= tolerance * (Math.abs(answer) || 1) + 1e-12 * Math.abs(answer);
