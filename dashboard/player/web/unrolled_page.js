// The elements of the unrolled page.

import { buildKeyList } from "./keys.js";
import { forgetLegend } from "./legend.js";
import { fitHeight } from "./mount.js";
import { element, nameOfLayer, option } from "./page.js";
import { fill } from "./sentences.js";
import { saver } from "./snapshot.js";
import { icon } from "./top/transport.js";
import { buildOverview } from "./unrolled_overview.js";
import { lastPhase } from "./unrolled_phases.js";

/** @import { UnrolledView } from "./unrolled_types.js" */

/** @typedef {ReturnType<typeof buildUnrolledPage>} Parts */

const PHONE = 640; // px: below it, one thing stands below the other

/**
 * A round button with a sign for its name.
 * @param {string} label
 * @param {string | Node} sign
 * @param {string} kind
 */
const button = (label, sign, kind = "") =>
  element(
    "button",
    { type: "button", class: `${kind} round`.trim(), "aria-label": label, title: label },
    sign,
  );

/**
 * A colour scale with what it is of.
 * @param {string} title
 */
function keyOf(title) {
  const canvas = element("canvas", { class: "legend", "aria-hidden": "true" });
  return { canvas, box: element("span", { class: "key" }, element("small", {}, title), canvas) };
}

/**
 * @param {UnrolledView} view
 * @param {() => void} draw
 */
export function buildUnrolledPage(view, draw) {
  const S = view.header.strings;
  const transport = {
    play: button(S.play, icon("play"), "play"),
    first: button(S.first, "|◀", "first"),
    back: button(S.back, "◀"),
    next: button(S.next, "▶"),
    end: button(S.end, "▶|", "end"),
    speed: element(
      "select",
      { class: "speed", "aria-label": S.speed },
      ...[2, 5, 15, 30, 60].map(v => option(v, fill(S["per second"], { n: v }))),
    ),
    scrub: element("input", { type: "range", min: "0", "aria-label": S.phase }),
  };
  const layer = element("select", { class: "which", "aria-label": S.layer });
  const quantities = element("button", { type: "button", class: "all" }, S["all quantities"]);
  const about = element("small", { class: "about" });
  const status = element("span", { class: "status" });
  const look = { tabindex: "0", role: "application" };
  const network = element("canvas", { class: "net", ...look, "aria-label": S.network });
  const sum = element("canvas", { class: "sum", ...look, "aria-label": S.sum });
  const words = element("div", { class: "words", role: "status" });
  const legends = { values: keyOf(S.value), gradients: keyOf(S.gradient) };
  const overview = buildOverview(S);
  const redraw = () => {
    for (const { canvas } of Object.values(legends)) forgetLegend(canvas);
    draw();
  };
  for (const { canvas } of Object.values(legends)) canvas.addEventListener("resized", redraw);
  const save = saver(S, () => {
    const { file, update } = view.header;
    const name = `${file}-unrolled-update-${update}-step-${view.phase}`;
    return { root, colours: view.colours, name, redraw };
  });
  const keys = [legends.values.box, legends.gradients.box];
  const list = buildKeyList(S, [
    ["Space", S["key play"]],
    ["← →", S["key phases"]],
    ["Home End", S["key ends"]],
    ["Tab", S["key focus"]],
    ["← → ↑ ↓", S["key cursor"]],
    ["PageUp PageDown", S["key quantity"]],
    ["Enter", S["key explain"]],
    ["Esc", S["key away"]],
    ["?", S["key list"]],
  ]);
  const strip = element("div", { class: "strip" }, ...Object.values(transport));
  const heading = element("h2", {}, S.heading);
  const told = element("div", { class: "told" }, heading, status, layer, quantities, ...keys);
  const { slider, shown, scale, follow } = overview;
  const below = element("div", { class: "window" }, shown, scale, follow);
  const both = element("div", { class: "both" }, network, sum);
  const last = element("div", { class: "last" }, words, about, save, list.button);
  /** @type {HTMLElement} */
  const root = element(
    "div",
    { class: "player unrolled" },
    ...[strip, told, slider, below, both, last, list.list],
  );
  transport.speed.value = String(view.speed);
  view.host.append(root);
  return {
    ...{ root, ...transport, layer, quantities, about, status, network, sum, words, legends },
    overview,
  };
}

/**
 * So high that the formula below is on the screen too; on a phone as high as its parts.
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {number} grown
 */
export function fitUnrolled(view, { root }, grown) {
  const least = 460 + 28 * (view.header.layers.length - 1);
  fitHeight(view.host, root, { least, most: Math.max(640, least), below: 308 * grown });
  if (window.innerWidth < PHONE) root.style.height = "";
}

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 */
export function showChoices(view, { about, layer, root, scrub, quantities }) {
  const { layers, names, states, strings: S, run } = view.header;
  about.textContent = about.title = view.header.about;
  const texts = layers.map(key => `${S.layer} ${nameOfLayer(key, layers)}`);
  if (layer.dataset.names !== texts.join()) {
    layer.replaceChildren(...texts.map((text, k) => option(k, text)));
    layer.dataset.names = texts.join();
    layer.hidden = texts.length < 2;
  }
  layer.value = String(view.layer);
  quantities.hidden = names.every(name => states.includes(name));
  scrub.max = String(lastPhase(view));
  root.dataset.run = run;
}
