// Sentences come whole from dashboard/player/strings.py; only their values are put in here.

/**
 * A sentence with its {names} filled in.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
