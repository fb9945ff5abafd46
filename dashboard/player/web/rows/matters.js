// Which inputs mattered: a bar for each symbol, upwards where it raises the loss, downwards where it lowers it.

import { prepare, short } from "../canvas.js";
import { fill, joinBy } from "../sentences.js";
import { centre, isUnseen } from "../time_axis.js";
import { foldButton } from "./folds.js";
import { litStepOf } from "./lighting.js";
import { addPicture, buildRow, describe } from "./row.js";

/** @import { Palette, Pen, RecordedFrame, RunHeader, RunView } from "../types.js" */

const NAME = "matters"; // its name among what is open
const MOST_IN_WORDS = 16; // steps

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 */
export function buildMatters(parent, { strings: S }) {
  const row = buildRow(parent, `folded ${NAME}`, "");
  const fold = foldButton(NAME, S.matters, isOpen => row.root.classList.toggle("open", isOpen));
  fold.title = S["matters in full"];
  row.heading.append(fold);
  const scale = document.createElement("small");
  scale.className = "scale";
  row.label.append(scale);
  return { ...row, scale, canvas: addPicture(row.plot, "bars", S.matters) };
}

/**
 * @param {RunView} view
 * @param {ReturnType<typeof buildMatters>} row
 * @param {RecordedFrame} frame
 */
export function drawMatters(view, { root, canvas, scale }, { T, saliency }) {
  if (root.hidden !== !saliency) root.hidden = !saliency;
  if (!saliency) return;
  const [x, width, height] = prepare(canvas);
  const most = largestOf(saliency);
  const lit = litStepOf(view, T);
  for (let t = 0; t < T; t++)
    if (!isUnseen(view, t, true, T)) {
      const place = { middle: centre(t, T, width), wide: Math.max(1, (width / T) * 0.5), height };
      drawSignedBar(view.colours, x, saliency[t], most, place, t === lit);
    }
  x.fillStyle = view.colours.muted;
  x.fillRect(0, height / 2 - 0.5, width, 1);
  const text = fill(view.run.header.strings["matters scale"], { most: short(most) });
  if (scale.textContent !== text) scale.textContent = scale.title = text;
}

/**
 * Up from the middle where the number is positive, down where it is negative; × where it is none.
 * @param {Palette} c
 * @param {Pen} x
 * @param {number | null} value
 * @param {number} most as long as half the height
 * @param {{ middle: number, wide: number, height: number }} place
 * @param {boolean} isLit
 */
export function drawSignedBar(c, x, value, most, { middle, wide, height }, isLit) {
  const half = height / 2;
  if (value === null || !Number.isFinite(value)) {
    x.fillStyle = c.text;
    x.fillRect(middle - wide / 2, half - 2, wide, 4);
    return;
  }
  if (value === 0 || most === 0) return;
  const long = Math.max(1, (Math.abs(value) / most) * (half - 1));
  x.fillStyle = value > 0 ? c.positive : c.negative;
  x.fillRect(middle - wide / 2, value > 0 ? half - long : half, wide, long);
  if (!isLit) return;
  x.strokeStyle = c.text;
  x.lineWidth = 1;
  x.strokeRect(middle - wide / 2 - 1, value > 0 ? half - long : half, wide + 2, long);
}

/** @param {(number | null)[]} shares */
export const largestOf = shares =>
  shares.reduce((/** @type {number} */ most, v) => Math.max(most, Math.abs(v ?? 0)), 0);

/**
 * "+0.012", "−0.3"
 * @param {number | null} v
 */
export function signed(v) {
  if (v === null || !Number.isFinite(v)) return "NaN";
  return `${v > 0 ? "+" : v < 0 ? "−" : ""}${short(Math.abs(v))}`;
}

/**
 * The picture in words: the steps with the largest shares, in their order.
 * @param {RunView} view
 * @param {ReturnType<typeof buildMatters>} row
 * @param {RecordedFrame} frame
 * @param {string[]} symbols
 */
export function describeMatters(view, { canvas }, { saliency }, symbols) {
  if (!saliency) return;
  const S = view.run.header.strings;
  const parts = strongest(saliency, MOST_IN_WORDS).map(t =>
    fill(S["matters step"], { step: t + 1, symbol: symbols[t], share: signed(saliency[t]) }),
  );
  describe(canvas, `${S.matters}: ${joinBy(S.list, parts)}`);
}

/**
 * The steps with the largest shares, in order of time.
 * @param {(number | null)[]} shares
 * @param {number} most how many
 */
function strongest(shares, most) {
  const steps = [...shares.keys()];
  steps.sort((a, b) => Math.abs(shares[b] ?? 0) - Math.abs(shares[a] ?? 0));
  return steps.slice(0, most).sort((a, b) => a - b);
}
