// The elements of the triangle's page, and what they do when they are used.

import { pointed } from "./canvas.js";
import { isPageNarrow } from "./course/page_width.js";
import { element, option } from "./elements.js";
import { buildKeyList } from "./keys.js";
import { fitHeight, isMeantElsewhere, watchWindow } from "./mount.js";
import { saver } from "./snapshot.js";
import { foldSaver, round } from "./top/transport.js";

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
  const play = round("play", S.play);
  const step = round("step", S.step);
  const speeds = [option(1, S.one), option(10, S.ten), option(600, S.fast)];
  const speed = element("select", { class: "speed", "aria-label": S.speed }, ...speeds);
  const trace = element("select", { "aria-label": S.which });
  const scales = [option(0, S.absolute), option(1, S.relative)];
  const scale = element("select", { "aria-label": S.scale }, ...scales);
  const status = element("span", { class: "status" });
  const canvas = element("canvas", { class: "map", tabindex: "0", role: "img" });
  const words = element("div", { class: "words", role: "status" });
  const keys = buildKeyList(S, [
    ...(view.header.trains ? /** @type {[string, string][]} */ ([["Space", S["key play"]]]) : []),
    ["← →", S["key states"]],
    ["↑ ↓", S["key losses"]],
    ["Esc", S["key away"]],
    ["?", S["key list"]],
  ]);
  const save = saver(S, () => ({
    root,
    colours: view.colours,
    name: `${view.header.file}-triangle-update-${view.header.update}`,
    redraw: draw,
  }));
  const strip = element(
    "div",
    { class: "strip", role: "group", "aria-label": S.playing },
    ...[play, step, speed, status],
  );
  const gap = element("span", { class: "gap" });
  const choices = element(
    "div",
    { class: "choices" },
    ...[trace, scale, gap, keys.button, foldSaver(S, save)],
  );
  /** @type {HTMLElement} */
  const root = element(
    "div",
    { class: "player triangle" },
    ...[element("div", { class: "tools" }, strip, choices), canvas, words, keys.list],
  );
  speed.value = "10";
  return { root, strip, play, step, speed, trace, scale, status, canvas, words };
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
  /** @param {PointerEvent} event */
  const point = event => {
    const place = view.locate?.(...pointed(canvas, event));
    if (!place) return;
    Object.assign(view, place);
    draw();
  };
  canvas.onpointermove = point;
  canvas.onpointerdown = point; // a tap moves nothing before
  canvas.addEventListener("resized", draw);
}

/**
 * What is left of the screen, so that the whole triangle is seen without scrolling; on a phone its parts stand one
 * below the other, as high as they need.
 * @param {TriangleView} view
 * @param {Parts} parts
 */
export function fitTriangle(view, { root }) {
  if (isPageNarrow(639)) root.style.height = "";
  else fitHeight(view.host, root, { least: 520, most: 900, below: 24 });
}

/**
 * @param {TriangleView} view
 * @param {Parts} parts
 */
export function showChoices(view, { root, strip, trace, scale }) {
  const { header } = view;
  const names = header.traces.map(({ title }) => title);
  if (trace.dataset.names !== names.join()) {
    trace.replaceChildren(...names.map((name, k) => option(k, name)));
    trace.dataset.names = names.join();
    trace.hidden = names.length < 2;
  }
  trace.value = String(view.trace);
  strip.hidden = !header.trains;
  scale.value = view.relative ? "1" : "0";
  root.dataset.run = header.run;
  root.classList.toggle("single", header.at.length === 1);
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
