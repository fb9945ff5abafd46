// The elements of the triangle's page, and what they do when they are used.

import { pointed } from "./canvas.js";
import { fitHeight, isMeantElsewhere, watchWindow } from "./mount.js";
import { element, option } from "./page.js";
import { saver } from "./snapshot.js";

/** @import { TriangleView } from "./triangle_types.js" */

/** @typedef {ReturnType<typeof buildParts>} Parts */
/** @typedef {{ draw(): void, train(updates?: number): void, rest(): void }} Actions */

/**
 * @param {TriangleView} view
 * @param {Actions} actions
 */
export function buildTrianglePage(view, actions) {
  const parts = buildParts(view, actions);
  view.host.append(parts.root);
  wireParts(view, parts, actions);
  watchWindow(view, event => takeKey(view, parts, event, actions));
  requestAnimationFrame(() => view.fit()); // once it stands where it will stand
  return parts;
}

/**
 * @param {TriangleView} view
 * @param {Actions} actions
 */
function buildParts(view, { draw }) {
  const S = view.header.strings;
  const play = element("button", { class: "play", type: "button" }, S.play);
  const step = element("button", { type: "button" }, S.step);
  const speeds = [option(1, S.one), option(10, S.ten), option(600, S.fast)];
  const speed = element("select", { class: "speed", "aria-label": S.speed }, ...speeds);
  const trace = element("select", { "aria-label": S.which });
  const scales = [option(0, S.absolute), option(1, S.relative)];
  const scale = element("select", { "aria-label": S.scale }, ...scales);
  const status = element("output", { class: "status" });
  const canvas = element("canvas", { class: "map", tabindex: "0", role: "img" });
  const words = element("div", { class: "words", role: "status" });
  const gap = element("span", { class: "gap" });
  const strip = element("div", { class: "strip" }, play, step, speed, trace, scale, gap, status);
  const save = saver(S, () => ({
    root,
    colours: view.colours,
    name: `${view.header.file}-triangle-update-${view.header.update}`,
    redraw: draw,
  }));
  const last = element("div", { class: "last" }, words, save);
  /** @type {HTMLElement} */
  const root = element("div", { class: "player triangle" }, strip, canvas, last);
  speed.value = "10";
  return { root, play, step, speed, trace, scale, status, canvas, words };
}

/**
 * @param {TriangleView} view
 * @param {Parts} parts
 * @param {Actions} actions
 */
function wireParts(view, { play, step, trace, scale, canvas }, { draw, train, rest }) {
  play.onclick = () => {
    view.playing = !view.playing && !view.header.stopped;
    if (view.playing) train();
    else rest();
    draw();
  };
  step.onclick = () => {
    view.playing = false;
    train(1);
    draw();
  };
  trace.onchange = () => {
    view.trace = +trace.value;
    draw();
  };
  scale.onchange = () => {
    view.relative = scale.value === "1";
    draw();
  };
  canvas.onpointermove = event => {
    const place = view.locate?.(...pointed(canvas, event));
    if (!place) return;
    Object.assign(view, place);
    draw();
  };
  canvas.addEventListener("resized", draw);
}

/**
 * What is left of the screen, so that the whole triangle is seen without scrolling.
 * @param {TriangleView} view
 * @param {Parts} parts
 */
export const fitTriangle = (view, { root }) =>
  fitHeight(view.host, root, { least: 440, most: 900, below: 64 });

/**
 * @param {TriangleView} view
 * @param {Parts} parts
 */
export function showChoices(view, { root, play, step, speed, status, trace, scale }) {
  const { header } = view;
  const names = header.traces.map(({ title }) => title);
  if (trace.dataset.names !== names.join()) {
    trace.replaceChildren(...names.map((name, k) => option(k, name)));
    trace.dataset.names = names.join();
    trace.hidden = names.length < 2;
  }
  trace.value = String(view.trace);
  for (const control of [play, step, speed, status]) control.hidden = !header.trains;
  scale.value = view.relative ? "1" : "0";
  root.dataset.run = header.run;
}

/**
 * @param {TriangleView} view
 * @param {Parts} parts
 * @param {KeyboardEvent} event
 * @param {Actions} actions
 */
function takeKey(view, { play }, event, { draw }) {
  if (isMeantElsewhere(event)) return;
  const { header } = view;
  const T = header.symbols.length;
  const K = header.at.length;
  const row = view.k < 0 ? K - 1 : view.k;
  const column = Math.max(0, view.t);
  if (event.key === " " && header.trains) play.click();
  else if (event.key === "ArrowRight") view.t = Math.min(T - 1, column + 1);
  else if (event.key === "ArrowLeft") view.t = Math.max(0, column - 1);
  else if (event.key === "ArrowDown") view.k = Math.min(K - 1, row + 1);
  else if (event.key === "ArrowUp") view.k = Math.max(0, row - 1);
  else if (event.key === "Escape") view.k = view.t = -1;
  else return;
  event.preventDefault();
  draw();
}
