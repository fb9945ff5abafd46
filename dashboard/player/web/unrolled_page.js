// The elements of the unrolled page, and what they do when they are used.

import { pointed } from "./canvas.js";
import { forgetLegend } from "./legend.js";
import { fitHeight, isMeantElsewhere, watchWindow } from "./mount.js";
import { element, nameOfLayer, option } from "./page.js";
import { saver } from "./snapshot.js";
import { lastPhase } from "./unrolled_phases.js";

/** @import { Pointed, UnrolledView } from "./unrolled_types.js" */

/** @typedef {ReturnType<typeof buildParts>} Parts */
/** @typedef {{ draw(): void, togglePlay(): void, goTo(phase: number): void, pick(target: Pointed | null): void }} Actions */

/**
 * @param {UnrolledView} view
 * @param {Actions} actions
 */
export function buildUnrolledPage(view, actions) {
  const parts = buildParts(view, actions);
  view.host.append(parts.root);
  wireStrip(view, parts, actions);
  wireCanvas(view, parts.network, actions, (px, py) => view.find?.(px, py));
  wireCanvas(view, parts.sum, actions, (px, py) => view.findTerm?.(px, py));
  watchWindow(view, event => takeKey(view, parts, event, actions));
  requestAnimationFrame(() => view.fit()); // once it stands where it will stand
  return parts;
}

/**
 * @param {string} label
 * @param {string} text
 * @param {string} kind
 */
const button = (label, text, kind = "") =>
  element("button", { type: "button", class: kind, "aria-label": label, title: label }, text);

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
 * @param {Actions} actions
 */
function buildParts(view, { draw }) {
  const S = view.header.strings;
  const play = button(S.play, S.play, "play");
  const first = button(S.first, "|◀");
  const back = button(S.back, "◀");
  const next = button(S.next, "▶");
  const end = button(S.end, "▶|");
  const speeds = [2, 5, 15, 30, 60].map(v => option(v, `${v} ${S["per second"]}`));
  const speed = element("select", { class: "speed", "aria-label": S.speed }, ...speeds);
  const scrub = element("input", { type: "range", min: "0", "aria-label": S.phase });
  const layer = element("select", { class: "which", "aria-label": S.layer });
  const about = element("span", { class: "about" });
  const status = element("span", { role: "status" });
  const told = element("div", { class: "words told" }, about, status);
  const look = { class: "net", tabindex: "0", role: "img", "aria-label": S.network };
  const network = element("canvas", look);
  const sum = element("canvas", { class: "sum", role: "img", "aria-label": S.sum });
  const words = element("div", { class: "words" });
  const legends = { values: keyOf(S.value), gradients: keyOf(S.gradient) };
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
  const controls = [play, first, back, next, end, speed, layer, scrub, ...keys];
  const strip = element("div", { class: "strip" }, ...controls);
  const both = element("div", { class: "both" }, network, sum);
  const last = element("div", { class: "last" }, words, save);
  /** @type {HTMLElement} */
  const root = element("div", { class: "player unrolled" }, strip, told, both, last);
  speed.value = String(view.speed);
  return {
    ...{ root, play, first, back, next, end, speed, scrub, layer },
    ...{ about, status, network, sum, words, legends },
  };
}

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {Actions} actions
 */
function wireStrip(view, { play, first, back, next, end, speed, scrub, layer }, actions) {
  const { draw, goTo } = actions;
  play.onclick = () => actions.togglePlay();
  first.onclick = () => goTo(0);
  back.onclick = () => goTo(view.phase - 1);
  next.onclick = () => goTo(view.phase + 1);
  end.onclick = () => goTo(lastPhase(view));
  speed.onchange = () => {
    view.speed = +speed.value;
  };
  scrub.oninput = () => goTo(+scrub.value);
  layer.onchange = () => {
    view.layer = +layer.value;
    draw();
  };
}

/**
 * @param {UnrolledView} view
 * @param {HTMLCanvasElement} canvas
 * @param {Actions} actions
 * @param {(px: number, py: number) => Pointed | null | undefined} find
 */
function wireCanvas(view, canvas, { draw, pick }, find) {
  /** @param {MouseEvent} event */
  const at = event => find(...pointed(canvas, event)) ?? null;
  canvas.onpointermove = event => {
    view.hover = at(event);
    draw();
  };
  canvas.onpointerleave = () => {
    view.hover = null;
    draw();
  };
  canvas.onclick = event => pick(at(event));
  canvas.addEventListener("resized", draw);
}

/**
 * So high that the formula below is on the screen too.
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {number} grown
 */
export const fitUnrolled = (view, { root }, grown) =>
  fitHeight(view.host, root, { least: 360, most: 640, below: 372 * grown });

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 */
export function showChoices(view, { about, layer, root, scrub }) {
  const { layers, strings: S, run } = view.header;
  about.textContent = about.title = view.header.about;
  const names = layers.map(key => `${S.layer} ${nameOfLayer(key, layers)}`);
  if (layer.dataset.names !== names.join()) {
    layer.replaceChildren(...names.map((name, k) => option(k, name)));
    layer.dataset.names = names.join();
    layer.hidden = names.length < 2;
  }
  layer.value = String(view.layer);
  scrub.max = String(lastPhase(view));
  root.dataset.run = run;
}

/**
 * @param {UnrolledView} view
 * @param {Parts} parts
 * @param {KeyboardEvent} event
 * @param {Actions} actions
 */
function takeKey(view, { play }, event, { goTo }) {
  if (isMeantElsewhere(event)) return;
  if (event.key === " ") play.click();
  else if (event.key === "ArrowRight") goTo(view.phase + 1);
  else if (event.key === "ArrowLeft") goTo(view.phase - 1);
  else if (event.key === "Home") goTo(0);
  else if (event.key === "End") goTo(lastPhase(view));
  else return;
  event.preventDefault();
}
