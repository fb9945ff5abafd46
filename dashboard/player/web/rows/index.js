// The named rows of one network, on one time axis, symbols beside words, and the reading of what is lit.

import { prepare, say } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawArrowsOn } from "./arrows.js";
import { buildKey, drawKey } from "./key.js";
import { buildLearns, describeLearns, drawLearns } from "./learns.js";
import { pointAtRow } from "./lighting.js";
import { buildFoldedMap, buildMap, describeMap, drawMap } from "./maps.js";
import { buildMatters, describeMatters, drawMatters } from "./matters.js";
import { buildReading, drawReading } from "./reading.js";
import { buildReads, drawReads, edit } from "./reads.js";
import { addPicture, buildRow } from "./row.js";
import { buildSays, describeSays, drawSays } from "./says.js";

export { lightStep, lightUnit, openRow } from "./lighting.js";

/** @import { Controls, LayerFrame, Layout, LiveView, RecordedFrame, RunHeader } from "../types.js" */
/** @import { MapRow } from "./types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {Controls} controls of which the field and the choices of the maps stand among the rows
 */
export function buildRows(parent, header, controls) {
  const { carry, elsewhere, names, strings: S } = header;
  const says = elsewhere ? null : buildSays(parent, header); // nobody says what its answers mean
  const on = buildRow(parent, "on", "");
  on.label.replaceChildren();
  const arrows = addPicture(on.plot, "arrows", "");
  arrows.setAttribute("aria-hidden", "true"); // the order of the steps is in every row
  const state = buildMap(parent, "h", S["it remembers"], "hidden-state");
  const key = buildKey(S);
  state.label.append(key.root, controls.layer);
  const maps = [state];
  if (names.includes("c")) maps.push(buildMap(parent, "c", S["it carries"], "cell-state"));
  const reads = buildReads(parent, header, controls);
  const matters = buildMatters(parent, header);
  if (carry) maps.push(buildMap(parent, carry.gate, S["it keeps"], "carry-gate"));
  else buildRow(parent, "gateless", S["it keeps"]).plot.append(S["keeps nothing"]);
  const shown = new Set(maps.map(map => map.name));
  for (const name of names) if (!shown.has(name)) maps.push(buildFoldedMap(parent, header, name));
  const learns = buildLearns(parent, header);
  const reading = buildReading(parent, controls);
  return { says, maps, on, arrows, key, reads, matters, learns, reading, described: "" };
}

/**
 * Pointing at the rows lights a step, and a unit of a map; a click on what is read lets the reader type.
 * @param {LiveView} view
 */
export function wireRows(view) {
  const { says, on, maps, reads, matters, learns } = view.page.rows;
  for (const row of [on, reads, matters, learns, learns.curves]) pointAtRow(view, row);
  if (says) pointAtRow(view, says);
  for (const map of maps) pointAtRow(view, map, map.name);
  reads.plot.addEventListener("click", event => {
    if (reads.pencil && /** @type {PointerEvent} */ (event).pointerType === "mouse")
      edit(reads.probe);
  });
  for (const fold of view.page.root.querySelectorAll(".fold"))
    fold.addEventListener("click", () => {
      view.dirty = true;
    });
}

/**
 * @param {LiveView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function drawRows(view, frame, trace, layout) {
  const { says, maps, arrows, key, reads, matters, learns, reading } = view.page.rows;
  if (says) drawSays(view, says, frame, layout);
  const [x, width, height] = prepare(arrows);
  drawReads(view, reads, { x, width }, frame, layout);
  if (view.run.header.recurrence) drawArrowsOn(view, x, frame.T, width, height);
  for (const map of maps) {
    drawMap(view, map, frame, trace);
    say(map.caption, captionOf(view, map, trace.H));
  }
  drawMatters(view, matters, frame);
  drawLearns(view, learns, frame, trace);
  drawReading(view, reading, frame, trace, layout);
  drawKey(view, key, frame);
  if (!view.run.playing) describeRows(view, frame, trace, layout);
}

/**
 * What stands below a map's name.
 * @param {LiveView} view
 * @param {MapRow} map
 * @param {number} H
 */
function captionOf(view, map, H) {
  const { carry, strings: S } = view.run.header;
  if (map.name === "h") return fill(S[H === 1 ? "hidden unit" : "hidden units"], { n: H });
  if (map.name === "c") return S["what is carried"];
  if (carry?.gate !== map.name || view.show === "gradients") return "";
  const dark = carry.keeps !== view.colours.dark ? "dark keeps" : "light keeps";
  return fill(S[`${dark}, ${carry.replaces ? "replaced" : "erased"}`], { state: carry.state });
}

/**
 * The pictures in words, for whoever does not see them.
 * @param {LiveView} view
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
function describeRows(view, frame, trace, layout) {
  const { rows } = view.page;
  const { titles } = view.run.header;
  const { T, index } = frame;
  const state = `${index} ${frame.layout} ${view.layer} ${view.show}`;
  if (rows.described === state) return;
  rows.described = state;
  if (rows.says) describeSays(view, rows.says, frame, layout);
  describeMatters(view, rows.matters, frame, layout.symbols);
  describeLearns(view, rows.learns, trace, T);
  for (const map of rows.maps) {
    const heading = map.fold ? titles[map.name] : (map.heading.firstChild?.textContent ?? "");
    describeMap(view, map, heading, T, trace.H);
  }
}
