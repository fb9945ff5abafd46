// Numbers as a sentence says them: short, and never more than is true.

/**
 * A share in whole percent; near 0 and near 1 with a decimal, so that only all is 100 % and only none is 0 %.
 * @param {number} share 0 .. 1
 */
export function writeShare(share) {
  const percent = 100 * share;
  const isWhole = percent <= 0 || percent >= 100;
  let number = Math.round(percent);
  if (!isWhole && percent < 1) number = Number(percent.toPrecision(1));
  else if (!isWhole && percent > 99) number = Math.min(99.9, Math.round(10 * percent) / 10);
  return `${localise(number)}\u00a0%`;
}

/**
 * A number with two or three digits: "0.0021", "0.167", "6.46", "1,840"; as a power of ten where it has many zeros.
 * @param {number} value
 */
export function writeNumber(value) {
  const size = Math.abs(value);
  if (Number.isNaN(value)) return "NaN";
  if (size === Infinity) return value > 0 ? "∞" : "−∞";
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = size.toExponential(1).split("e");
    return `${sign}${localise(mantissa)}\u00a0×\u00a010${raised(exponent)}`;
  }
  if (size >= 100) return sign + writeCount(Math.round(size));
  const digits = size.toPrecision(size < 0.1 ? 2 : 3);
  return sign + localise(String(size).length < digits.length ? size : digits); // 0.5 as it is, 8.6012 as 8.60
}

/** @param {number} count a whole number, with the signs of the page's language between its digits */
export const writeCount = count => signs().format.format(count);

/** @typedef {{ format: Intl.NumberFormat, point: string }} Signs how a language writes numbers */

/** @type {Map<string, Signs>} made once for a language: that takes long */
const signsOf = new Map();

function signs() {
  const language = globalThis.document?.documentElement?.lang || "en";
  const known = signsOf.get(language);
  if (known) return known;
  const format = new Intl.NumberFormat(language);
  const part = format.formatToParts(0.5).find(({ type }) => type === "decimal");
  const made = { format, point: part?.value ?? "." };
  signsOf.set(language, made);
  return made;
}

/**
 * A number as the program writes it, "0.5" or "1.5e-3", with the decimal sign of the page's language.
 * @param {number | string} number
 */
export const localise = number => String(number).replace(".", signs().point);

/**
 * A number with so many places behind the decimal sign.
 * @param {number} value
 * @param {number} places
 */
export const writeFixed = (value, places) => localise(value.toFixed(places));

/**
 * What a metric says, in its own unit.
 * @param {number} value
 * @param {boolean} isShare
 */
export const writeMetric = (value, isShare) => (isShare ? writeShare(value) : writeNumber(value));

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {string} exponent */
const raised = exponent =>
  exponent
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, digit => RAISED[Number(digit)]);
