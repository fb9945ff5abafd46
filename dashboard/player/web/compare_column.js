// A network's column of a comparison: how good it is, what it says, what it remembers and keeps, how it learns.

import { describe, say } from "./canvas.js";
import { valueAt } from "./curve_points.js";
import { carrierOf, drawGradients } from "./gradient_axis.js";
import { drawNetwork } from "./network_row.js";
import { localise, writeCount, writeMetric } from "./numbers.js";
import { element } from "./page.js";
import { changeInWords } from "./range_changes.js";
import { answerInWords, readSoFar } from "./rows/answer_words.js";
import { isAnswered, kindOf } from "./rows/answers.js";
import { describeLearns, drawShares } from "./rows/learns.js";
import { buildMap, describeMap, drawMap } from "./rows/maps.js";
import { drawReads } from "./rows/reads.js";
import { addPicture, buildRow } from "./rows/row.js";
import { buildSays, describeSays, drawSays } from "./rows/says.js";
import { buildStrip } from "./rows/strip.js";
import { fill } from "./sentences.js";

/** @import { ColumnParts, CompareView } from "./compare_types.js" */
/** @import { LayerFrame, Layout, RecordedFrame, Run, RunHeader, RunView } from "./types.js" */

const FACTS = ["units", "parameters", "per update", "memory"];

/**
 * What is seen before all quantities are asked for: the state, and what carries it.
 * @param {RunHeader} header
 */
export const namesAtFirst = ({ names, carry }) =>
  names.filter(name => name === "h" || name === carrierOf(names) || name === carry?.gate);

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {HTMLElement} error what is wrong with the sequence that all read
 */
export function buildColumn(parent, header, error) {
  const { letter, name, colour, names, carry, score, titles, strings: S } = header;
  const badge = element("b", { class: "letter" }, letter);
  badge.style.background = colour;
  const box = element("section", {
    ...{ class: "one", "data-letter": letter, "aria-label": `${letter}, ${name}` },
  });
  box.style.borderColor = colour;
  const figure = element("b", { class: "figure" });
  const read = element("span", { class: "read" });
  const answer = element("b", { class: "answer" });
  const facts = Object.fromEntries(FACTS.map(fact => [fact, element("b", {})]));
  const table = element("div", { class: "facts" });
  for (const fact of FACTS)
    table.append(element("span", {}, facts[fact], " ", element("small", {}, S[fact])));
  box.append(
    element("h2", {}, badge, ` ${name}`),
    table,
    element("p", { class: "score" }, figure, " ", element("span", {}, score.unseen)),
    element("p", { class: "answered" }, read, " ", answer),
  );
  const says = buildSays(box, header);
  const state = buildMap(box, "h", S["it remembers"]);
  const reads = buildRow(box, "reads", S["it reads"]);
  const strip = buildStrip("symbols");
  const boundary = element("i", { class: "boundary", hidden: "" });
  reads.plot.append(strip.root, boundary);
  const keeps = element("div", { class: "keeps" });
  const more = element("div", { class: "more" });
  const first = namesAtFirst(header);
  const maps = names.map(each => {
    if (each === "h") return state;
    const isFirst = first.includes(each);
    const title = each === carry?.gate ? S["it keeps"] : isFirst ? S["it carries"] : titles[each];
    return buildMap(isFirst ? keeps : more, each, title);
  });
  if (!carry) buildRow(keeps, "gateless", S["it keeps"]).plot.append(S["keeps nothing"]);
  const network = addPicture(buildRow(more, "network", S.network).plot, "", S["unrolled network"]);
  const curves = buildRow(more, "grads", S["size of gradients"]);
  const change = element("small", { class: "scale" });
  curves.label.append(change);
  const plane = addPicture(curves.plot, "curves", S.gradient);
  box.append(keeps, more);
  const learns = buildRow(box, "learns", S["it learns"], carrierOf(names));
  const arrows = addPicture(learns.plot, "arrows", S.gradient);
  const shares = buildStrip("shares");
  learns.plot.append(shares.root);
  const told = element("p", { class: "told" });
  box.append(told);
  parent.append(box);
  return {
    ...{ box, figure, read, answer, facts, told, says, maps, network, plane, change },
    reads: { ...reads, strip, boundary, error },
    learns: { ...learns, canvas: arrows, strip: shares },
    described: "",
  };
}

/**
 * @param {RunView} view
 * @param {ColumnParts} parts
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 * @param {boolean} showsAll whether the folded quantities are open
 */
export function drawColumn(view, parts, frame, trace, layout, showsAll) {
  const { header, position } = view.run;
  const first = namesAtFirst(header);
  for (const map of parts.maps)
    if (showsAll || first.includes(map.name)) drawMap(view, map, frame, trace);
  drawReads(view, parts.reads, drawSays(view, parts.says, frame, layout), frame, layout);
  drawShares(view, parts.learns, frame, trace);
  if (!showsAll) return;
  drawNetwork(view, parts.network, frame, trace, layout);
  drawGradients(view, parts.plane, frame, trace, true);
  say(parts.change, changeInWords(frame.changes, "axis", position, header.strings));
}

/**
 * What the network says after the lit step, else after the last.
 * @param {RunView} view
 * @param {ColumnParts} parts
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function showAnswerOf(view, { read, answer }, frame, layout) {
  const { kind, strings: S } = view.run.header;
  const t = view.t >= 0 && view.t < frame.T ? view.t : frame.T - 1;
  say(read, fill(S["after it says"], { read: readSoFar(layout.symbols, t) }));
  say(answer, answerInWords(view, frame, layout, t));
  const isRight = isAnswered(layout, t) && kindOf(kind).answer(view, frame, layout, t).right;
  answer.classList.toggle("right", isRight === true);
}

/**
 * The task's headline metric on held-out data: "87 %", or the number where it is no share; "–" before the first.
 * @param {CompareView} view
 * @param {Run} run
 */
export function scoreOf({ run: whole }, { header }) {
  const points = whole.curves[`${header.letter} held-out ${header.headline}`] ?? [];
  const value = valueAt(points, whole.position);
  return value === null ? "–" : writeMetric(value, header["headline is share"]);
}

/**
 * The column in a sentence: "B, LSTM: 87 % of names it has never seen are right; after y-a-m-a it says Japanese 74 %."
 * @param {ColumnParts} parts
 * @param {RunHeader} header
 */
export const columnInWords = ({ figure, read, answer }, { letter, name, score, strings }) =>
  fill(strings.column, {
    ...{ letter, name, score: `${figure.textContent} ${score.unseen}` },
    ...{ read: read.textContent ?? "", answer: answer.textContent ?? "" },
  });

/**
 * The pictures in words, for whoever does not see them.
 * @param {RunView} view
 * @param {ColumnParts} parts
 * @param {RecordedFrame} frame
 * @param {LayerFrame} trace
 * @param {Layout} layout
 */
export function describeColumn(view, parts, frame, trace, layout) {
  const { letter, name, titles, strings: S } = view.run.header;
  const state = `${frame.index} ${frame.layout} ${view.layer} ${view.show}`;
  if (parts.described === state) return;
  parts.described = state;
  const { T } = frame;
  for (const map of parts.maps)
    describeMap(view, map, `${letter}, ${name}: ${titles[map.name]}`, T, trace.H);
  describeSays(view, parts.says, frame, layout);
  describeLearns(view, parts.learns, trace, T);
  const last = answerInWords(view, frame, layout, T - 1);
  describe(parts.network, `${letter}, ${name}: ${S["unrolled network"]}; ${last}`);
}

/**
 * Units, parameters, time and memory.
 * @param {ColumnParts} parts
 * @param {RunHeader} header
 */
export function sayFacts({ facts }, { facts: numbers, strings: S }) {
  const { units, parameters, milliseconds, megabytes } = numbers;
  const time = milliseconds === null ? null : `${localise(milliseconds.toPrecision(3))} ms`;
  say(facts.units, String(units));
  say(facts.parameters, writeCount(parameters));
  say(facts["per update"], time ?? S["not measured"]);
  say(facts.memory, `${localise(megabytes.toPrecision(2))} MiB`);
}
