// The maps of the quantities: the state, the cell state, the gate that carries, and all others folded to strips.

import { element } from "../page.js";
import { changeInWords, wordsOfEnd } from "../range_changes.js";
import { fill } from "../sentences.js";
import { drawHeatmap } from "../time_axis.js";
import { foldButton } from "./folds.js";
import { addPicture, buildRow, describe } from "./row.js";

/** @import { LayerFrame, RecordedFrame, RunHeader, RunView } from "../types.js" */
/** @import { MapRow } from "./types.js" */

/**
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {string} title
 * @param {string} [kind]
 * @returns {MapRow}
 */
export function buildMap(parent, name, title, kind = "") {
  const row = buildRow(parent, `heat ${name} ${kind}`, title, name);
  const scale = element("small", { class: "scale" });
  row.label.append(scale);
  const canvas = addPicture(row.plot, "map", title);
  return { ...row, name, canvas, scale, bitmap: null, fold: null };
}

/**
 * A thin strip, which a click on its name opens.
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {string} name
 * @returns {MapRow}
 */
export function buildFoldedMap(parent, header, name) {
  const row = buildMap(parent, name, "", "folded");
  const title = header.titles[name] ?? name;
  row.fold = foldButton(name, title, isOpen => row.root.classList.toggle("open", isOpen));
  row.heading.prepend(row.fold);
  row.canvas.setAttribute("aria-label", title);
  return row;
}

/**
 * @param {RunView} view
 * @param {MapRow} row
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 */
export function drawMap(view, row, frame, trace) {
  const { header, position } = view.run;
  const { gates, layers, strings: S } = header;
  const [layer, direction] = layers[Math.min(view.layer, layers.length - 1)];
  const group = drawHeatmap(view, row, frame, trace);
  const lines = [gates.includes(row.name) ? "0 … 1" : wordsOfEnd(trace.ranges[row.name])];
  if (view.show === "gradients") lines[0] = `∂L/∂${row.name}`;
  else {
    const name = `${layer} ${direction} ${row.name}`;
    lines.push(changeInWords(frame.changes, name, position, S));
  }
  if (group > 1) lines.push(fill(S["strongest of"], { n: group }));
  const text = lines.filter(Boolean).join(" · ");
  if (row.scale.textContent !== text) row.scale.textContent = row.scale.title = text;
}

/**
 * @param {RunView} view
 * @param {MapRow} row
 * @param {string} title
 * @param {number} T
 * @param {number} H
 */
export const describeMap = (view, row, title, T, H) =>
  describe(
    row.canvas,
    fill(view.run.header.strings["map in words"], { title, units: H, steps: T }),
  );
