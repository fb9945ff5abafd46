// Texts along the time axis: one for each step, or where there is no room for all, for some of them.

import { shorten } from "../canvas.js";
import { element } from "../page.js";
import { clamp } from "../scales.js";

/** @import { Pen } from "../types.js" */
/** @import { StepText, TextStrip } from "./types.js" */

/**
 * @param {string} kind
 * @returns {TextStrip}
 */
export function buildStrip(kind) {
  return { root: element("div", { class: `texts ${kind}` }), texts: [], steps: [], key: "" };
}

/**
 * The steps that have a text, each with its place; the lit one and the marked ones come first.
 * @param {TextStrip} strip
 * @param {number} T
 * @param {number} every how many steps a text takes
 * @param {number} lit
 * @param {number[]} marked
 */
export function placeTexts(strip, T, every, lit, marked = []) {
  const key = `${T} ${every} ${every > 1 ? lit : ""} ${every > 1 ? marked : ""}`;
  if (key === strip.key) return;
  strip.key = key;
  strip.steps = stepsWithText(T, every, [lit, ...marked]);
  while (strip.texts.length < strip.steps.length) strip.texts.push(addText(strip));
  for (const [k, one] of strip.texts.entries()) {
    const { node } = one;
    node.hidden = k >= strip.steps.length;
    if (node.hidden) {
      setText(one, "", "", "");
      continue;
    }
    const left = middleOf(strip.steps[k], T, every) - every / 2;
    node.style.left = `${(100 * left) / T}%`;
    node.style.width = `${(100 * every) / T}%`;
  }
}

/**
 * Where a text's middle stands, in steps: over its own step, but within the axis.
 * @param {number} t
 * @param {number} T
 * @param {number} every
 */
const middleOf = (t, T, every) =>
  clamp(t + 0.5, Math.min(T / 2, every / 2), Math.max(T / 2, T - every / 2));

/**
 * The steps whose text has room, in order: `first` ones as far as they have, then as many others.
 * @param {number} T
 * @param {number} every how many steps a text takes
 * @param {number[]} first
 */
export function stepsWithText(T, every, first) {
  /** @type {number[]} */
  const chosen = [];
  /** @param {number} t */
  const choose = t => {
    const middle = middleOf(t, T, every);
    if (chosen.every(other => Math.abs(middleOf(other, T, every) - middle) >= every))
      chosen.push(t);
  };
  for (const t of first) if (t >= 0 && t < T) choose(t);
  // The others stand over their own step.
  for (let t = 0; t < T; t++) if (middleOf(t, T, every) === t + 0.5) choose(t);
  return chosen.sort((a, b) => a - b);
}

/**
 * @param {TextStrip} strip
 * @returns {StepText}
 */
function addText({ root }) {
  const node = element("span", {});
  root.append(node);
  return { node, text: "", full: "", look: "" };
}

/**
 * Changes a text only where it differs.
 * @param {StepText} one
 * @param {string} text
 * @param {string} full what it says where it is shortened
 * @param {string} look its classes
 */
export function setText(one, text, full, look) {
  if (one.text !== text) one.node.textContent = one.text = text;
  if (one.look !== look) one.node.className = one.look = look;
  const title = full === text ? "" : full;
  if (one.full === title) return;
  one.full = title;
  if (title) one.node.title = title;
  else one.node.removeAttribute("title");
}

// What a text becomes in a room: there are few, and they come again with every frame.
/** @type {Map<string, string>} */
const shortened = new Map();

/**
 * A name that fits, with an ellipsis in place of its end where it is longer.
 * @param {Pen} x whose font is that of the text
 * @param {string} name
 * @param {number} room px
 */
export function fitName(x, name, room) {
  const key = `${x.font} ${Math.round(room)} ${name}`;
  let text = shortened.get(key);
  if (text === undefined) {
    if (shortened.size > 2000) shortened.clear();
    text = shorten(x, name, room);
    shortened.set(key, text);
  }
  return text;
}
