// Which inputs mattered: a bar for each symbol, upwards where it raises the loss, downwards where it lowers it.

import { prepare, short } from "../canvas.js";
import { fill, joinBy } from "../sentences.js";
import { drawSignedBar, largestOf, signed } from "../signed_bars.js";
import { centre, isUnseen } from "../time_axis.js";
import { foldButton } from "./folds.js";
import { litStepOf } from "./lighting.js";
import { addPicture, buildRow, describe } from "./row.js";

/** @import { RecordedFrame, RunHeader, RunView } from "../types.js" */

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
