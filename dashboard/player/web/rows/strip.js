// Texts along the time axis: one for each step, or where there is no room for all, for some of them.

import { shorten } from "../canvas.js";
import { element } from "../page.js";
import { clamp } from "../scales.js";
import { stepsToName } from "../step_names.js";

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
  const isMarked = Array.from({ length: T }, (_, t) => marked.includes(t));
  strip.steps = [...stepsToName(T, every, isMarked, lit)].sort((a, b) => a - b);
  while (strip.texts.length < strip.steps.length) strip.texts.push(addText(strip));
  for (const [k, { node }] of strip.texts.entries()) {
    node.hidden = k >= strip.steps.length;
    if (node.hidden) continue;
    const half = every / 2 / T;
    const middle = clamp((strip.steps[k] + 0.5) / T, Math.min(0.5, half), Math.max(0.5, 1 - half));
    node.style.left = `${100 * (middle - half)}%`;
    node.style.width = `${200 * half}%`;
  }
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
