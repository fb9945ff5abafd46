// Sentences come whole from dashboard/player/strings.py; only their values are put in here.

/**
 * A sentence with its {names} filled in.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * Several in a row, as the language puts two of them together: "{first}, {second}".
 * @param {string} pair
 * @param {string[]} parts
 */
export const joinBy = (pair, parts) =>
  parts.length ? parts.reduce((first, second) => fill(pair, { first, second })) : "";
