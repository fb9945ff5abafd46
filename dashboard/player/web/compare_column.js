// A network's column of a comparison: how good it is, what it says, what it remembers and keeps, how it learns.

import { say, short } from "./canvas.js";
import { valueAt } from "./curve_points.js";
import { carrierOf, drawGradients } from "./gradient_axis.js";
import { drawNetwork } from "./network_row.js";
import { element } from "./page.js";
import { changeInWords, wordsOfEnd } from "./range_changes.js";
import { answerInWords, percent, readSoFar } from "./rows/answer_words.js";
import { isAnswered, kindOf } from "./rows/answers.js";
import { fill } from "./sentences.js";
import { drawHeatmap } from "./time_axis.js";

/** @import { ColumnParts, CompareView } from "./compare_types.js" */
/** @import { LayerFrame, Layout, RecordedFrame, Row, Run, RunHeader, RunView } from "./types.js" */

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
 * @returns {ColumnParts}
 */
export function buildColumn(parent, header) {
  const { letter, name, colour, names, carry, strings: S } = header;
  const badge = element("b", { class: "letter" }, letter);
  badge.style.background = colour;
  const box = element("section", {
    class: "one",
    "data-letter": letter,
    "aria-label": `${letter}, ${name}`,
  });
  box.style.borderColor = colour;
  const figure = element("b", { class: "figure" });
  const score = element("p", { class: "score" }, figure, " ", header["score words"]);
  const read = element("span", { class: "read" });
  const answer = element("b", { class: "answer" });
  const chance = element("i", {});
  const answered = element("p", { class: "says" }, read, " ", answer);
  const bar = element("div", { class: "chance", "aria-hidden": "true" }, chance);
  const facts = Object.fromEntries(FACTS.map(fact => [fact, element("b", {})]));
  const table = element("div", { class: "facts" });
  for (const fact of FACTS)
    table.append(element("span", {}, facts[fact], " ", element("small", {}, S[fact])));
  const told = element("p", { class: "told" });
  const maps = element("div", { class: "maps" });
  const keeps = element("div", { class: "keeps" });
  const more = element("div", { class: "more" });
  const first = namesAtFirst(header);
  const rows = names.map(each => {
    const place = each === "h" ? maps : first.includes(each) ? keeps : more;
    return buildMap(place, header, each);
  });
  if (!carry) keeps.append(element("p", { class: "none" }, S["no carry"]));
  const network = addCanvas(more, "network", S.network, S["unrolled network"]);
  const gradients = addCanvas(box, "grads", S["gradient row"], S.gradient);
  maps.append(keeps, more);
  box.append(
    ...[element("h2", {}, badge, ` ${name}`), score, answered, bar, table, maps],
    ...[/** @type {HTMLElement} */ (gradients.canvas.parentElement), told],
  );
  parent.append(box);
  return {
    ...{ box, figure, read, answer, chance, bar, facts, told, rows },
    ...{ network: network.canvas, gradients: gradients.canvas, change: gradients.note },
  };
}

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {string} name of a quantity
 * @returns {Row}
 */
function buildMap(parent, { titles, colours, strings: S }, name) {
  const title = titles[name] === name ? "" : titles[name];
  const label = fill(S.map, { name: title ? `${title} ${name}` : name });
  const { canvas, note, heading } = addCanvas(parent, `heat ${name}`, title, label);
  const symbol = element("b", { class: "symbol" }, name);
  symbol.style.borderColor = colours[name];
  heading.append(" ", symbol);
  return { name, canvas, scale: note, bitmap: null };
}

/**
 * A picture under its heading, beside which stands what changes.
 * @param {HTMLElement} parent
 * @param {string} kind
 * @param {string} title
 * @param {string} label what it shows, in words
 */
function addCanvas(parent, kind, title, label) {
  const canvas = element("canvas", { role: "img", "aria-label": label });
  const note = element("small", {});
  const heading = element("h3", {}, title);
  const head = element("div", { class: "name" }, heading, note);
  parent.append(element("div", { class: `row ${kind}` }, head, canvas));
  return { canvas, note, heading };
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
  const { layers, strings: S } = header;
  const [layer, direction] = layers[Math.min(view.layer, layers.length - 1)];
  const first = namesAtFirst(header);
  for (const row of parts.rows) {
    if (!showsAll && !first.includes(row.name)) continue;
    const group = drawHeatmap(view, row, frame, trace);
    const words = [header.gates.includes(row.name) ? "0 … 1" : wordsOfEnd(trace.ranges[row.name])];
    if (view.show === "gradients") words[0] = `∂L/∂${row.name}`;
    else if (view.show === "values")
      words.push(changeInWords(frame.changes, `${layer} ${direction} ${row.name}`, position, S));
    if (group > 1) words.push(fill(S["strongest of"], { n: group }));
    say(row.scale, words.filter(Boolean).join(" · "));
  }
  if (showsAll) drawNetwork(view, parts.network, frame, trace, layout);
  drawGradients(view, parts.gradients, frame, trace);
  say(parts.change, changeInWords(frame.changes, "axis", position, S));
}

/**
 * The step whose answer is shown: the one that is lit, else the last.
 * @param {RunView} view
 * @param {RecordedFrame} frame
 */
const stepOf = (view, { T }) => (view.t >= 0 && view.t < T ? view.t : T - 1);

/**
 * What the network says after the lit step, and how sure it is.
 * @param {RunView} view
 * @param {ColumnParts} parts
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function showAnswerOf(view, { read, answer, chance, bar }, frame, layout) {
  const { kind, strings: S } = view.run.header;
  const t = stepOf(view, frame);
  const words = answerInWords(view, frame, layout, t);
  say(read, fill(S["after it says"], { read: readSoFar(layout.symbols, t) }));
  say(answer, words);
  const { level, right } = isAnswered(layout, t)
    ? kindOf(kind).answer(view, frame, layout, t)
    : { level: 0, right: null };
  const look = right === null ? "" : right ? "right" : "wrong";
  if (answer.dataset.look !== look) answer.dataset.look = bar.dataset.look = look;
  const width = `${Math.round(100 * level)}%`;
  if (chance.style.width !== width) chance.style.width = width;
}

/**
 * The task's headline metric on held-out data: "87 %", or the number where it is no share; "–" before the first.
 * @param {CompareView} view
 * @param {Run} run
 */
export function scoreOf({ run: whole }, { header }) {
  const { headline } = header;
  const points = whole.curves[`${header.letter} held-out ${headline}`] ?? [];
  const value = valueAt(points, whole.position);
  if (value === null) return "–";
  return header["headline is share"] ? percent(value) : short(value);
}

/**
 * The column in a sentence, for whoever does not see it.
 * @param {ColumnParts} parts
 * @param {RunHeader} header
 */
export function columnInWords({ figure, read, answer }, header) {
  const score = `${figure.textContent} ${header["score words"]}`;
  const says = `${read.textContent} ${answer.textContent}`;
  return fill(header.strings.column, {
    ...{ letter: header.letter, name: header.name, score },
    says,
  });
}

/**
 * Units, parameters, time and memory.
 * @param {ColumnParts} parts
 * @param {RunHeader} header
 */
export function sayFacts({ facts }, { facts: numbers, strings: S }) {
  const { units, parameters, milliseconds, megabytes } = numbers;
  const time = milliseconds === null ? null : `${milliseconds.toPrecision(3)} ms`;
  say(facts.units, String(units));
  say(facts.parameters, parameters.toLocaleString("en"));
  say(facts["per update"], time ?? S["not measured"]);
  say(facts.memory, `${megabytes.toPrecision(2)} MiB`);
}
