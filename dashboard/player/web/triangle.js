// The loss-to-state triangle, live: when it plays, it draws one answer and then asks for the next.
// Bytes from dashboard/triangle.py: u32 length of header | header (JSON) | float32 [K, T] for each trace.

import { grown, pointed, say } from "./canvas.js";
import { palette } from "./colours.js";
import { arrival, keep } from "./cursor.js";
import { readArrays } from "./frames.js";
import { element, option } from "./page.js";
import { meantElsewhere, open } from "./playback.js";
import { saver } from "./snapshot.js";
import { drawTriangle } from "./triangle_drawing.js";

const PATIENCE = 3000; // ms until an unanswered question is asked again
let latest = null; // the view that was last on the page: another one, made anew, goes on where it stopped

export default function (component, base) {
  const view = open(component, base, draw);
  if (!component.data) return;
  read(view, component.data);
  arrive(view);
  if (!view.parts) build(view);
  view.colours = palette(view.host);
  choices(view);
  draw(view);
  if (view.playing) requestAnimationFrame(() => ask(view)); // only after this answer has been seen
}

function arrive(view) {
  const { header } = view, cursor = arrival("gradients", header.cursor);
  if (!cursor) return;
  view.relative = cursor.scale === "share";
  if (cursor.state) view.trace = Math.min(header.traces.length, cursor.state) - 1;
  if (cursor.loss) view.k = Math.min(header.at.length, cursor.loss) - 1;
  if (cursor.step) view.t = Math.min(header.symbols.length, cursor.step) - 1;
}

function read(view, bytes) {
  const { header, numbers: all } = readArrays(bytes);
  const cells = header.at.length * header.symbols.length;
  if (view.header?.run !== header.run) {
    const known = latest?.header.run === header.run ? latest : { past: [], playing: false, k: -1, t: -1, trace: view.trace, relative: view.relative };
    const { past, playing, k, t, trace, relative } = known;
    Object.assign(view, { past, playing, k, t, relative, trace: Math.min(trace || 0, header.traces.length - 1) });
  }
  latest = view;
  if (header.stopped || !header.trains) view.playing = false;
  view.header = header;
  view.asked = 0;
  view.matrices = header.traces.map((_, k) => all.subarray(k * cells, (k + 1) * cells));
  const seen = view.past[view.past.length - 1];
  const now = { update: header.update, horizons: header.traces.map(trace => trace.horizons[trace.horizons.length - 1]) };
  if (!seen || seen.update < header.update) view.past.push(now);
  else view.past[view.past.length - 1] = now; // another sequence is read
  if (view.past.length > 4000) view.past = view.past.filter((_, k) => k % 2 === 0);
}

function build(view) {
  const S = view.header.strings;
  const play = element("button", { class: "play", type: "button" }, S.play), step = element("button", { type: "button" }, S.step);
  const speed = element("select", { class: "speed", "aria-label": S.speed }, option(1, S.one), option(10, S.ten), option(600, S.fast));
  const trace = element("select", { "aria-label": S.which }), scale = element("select", { "aria-label": S.scale }, option(0, S.absolute), option(1, S.relative));
  const status = element("output", { class: "status" }), canvas = element("canvas", { class: "map", tabindex: "0", role: "img" });
  const words = element("div", { class: "words", role: "status" });
  const save = saver(S, () => ({ root, colours: view.colours, name: `${view.header.file}-triangle-update-${view.header.update}`, redraw: () => draw(view) }));
  const root = element("div", { class: "player triangle" },
    element("div", { class: "strip" }, play, step, speed, trace, scale, element("span", { class: "gap" }), status), canvas, element("div", { class: "last" }, words, save));
  speed.value = "10";
  view.host.append(root);
  view.parts = { root, play, step, speed, trace, scale, status, canvas, words };
  play.onclick = () => { view.playing = !view.playing && !view.header.stopped; if (view.playing) ask(view); draw(view); };
  step.onclick = () => { view.playing = false; ask(view, 1); draw(view); };
  trace.onchange = () => { view.trace = +trace.value; draw(view); };
  scale.onchange = () => { view.relative = scale.value === "1"; draw(view); };
  canvas.onpointermove = event => {
    const found = view.locate?.(...pointed(canvas, event));
    if (found) { Object.assign(view, found); draw(view); }
  };
  canvas.addEventListener("resized", () => draw(view));
  const resize = () => { if (view.host.isConnected) fit(view); else window.removeEventListener("resize", resize); };
  window.addEventListener("resize", resize);
  requestAnimationFrame(() => fit(view)); // once it stands where it will stand
  const keys = event => { if (!view.host.isConnected) document.removeEventListener("keydown", keys); else key(view, event); };
  document.addEventListener("keydown", keys);
}

// What is left of the screen, so that the whole triangle is seen without scrolling.
function fit(view) {
  const top = view.host.getBoundingClientRect().top + (document.scrollingElement?.scrollTop || 0);
  view.parts.root.classList.toggle("large", grown() > 1);
  view.parts.root.style.height = `${Math.max(440 * grown(), Math.min(900 * grown(), window.innerHeight - top - 64))}px`;
  draw(view);
}

function choices(view) {
  const { trace, root } = view.parts, { header } = view, names = header.traces.map(each => each.title);
  if (trace.dataset.names !== names.join()) {
    trace.replaceChildren(...names.map((name, k) => option(k, name)));
    trace.dataset.names = names.join();
    trace.hidden = names.length < 2;
  }
  trace.value = String(view.trace);
  for (const each of ["play", "step", "speed", "status"]) view.parts[each].hidden = !header.trains; // nothing to train
  view.parts.scale.value = view.relative ? "1" : "0";
  root.dataset.run = header.run;
}

function key(view, event) {
  if (meantElsewhere(event)) return;
  const { header } = view;
  const T = header.symbols.length, K = header.at.length;
  const row = view.k < 0 ? K - 1 : view.k, column = Math.max(0, view.t);
  if (event.key === " " && header.trains) view.parts.play.click();
  else if (event.key === "ArrowRight") view.t = Math.min(T - 1, column + 1);
  else if (event.key === "ArrowLeft") view.t = Math.max(0, column - 1);
  else if (event.key === "ArrowDown") view.k = Math.min(K - 1, row + 1);
  else if (event.key === "ArrowUp") view.k = Math.max(0, row - 1);
  else if (event.key === "Escape") view.k = view.t = -1;
  else return;
  event.preventDefault();
  draw(view);
}

// Asks for the next picture, after n updates or as many as the time allows.
function ask(view, n) {
  const now = performance.now();
  if (!view.header.trains || !view.host.isConnected || view.header.stopped || (view.asked && now - view.asked < PATIENCE)) return;
  if (document.hidden && !n) return void setTimeout(() => view.playing && ask(view), 500);
  view.asked = now;
  view.trigger("pull", { run: view.header.run, n: n || +view.parts.speed.value });
  setTimeout(() => { if (view.asked === now && view.playing) ask(view); }, PATIENCE + 50);
}

function draw(view) {
  const { parts, header } = view, S = header.strings;
  if (!parts) return;
  say(parts.play, view.playing ? S.pause : S.play);
  for (const button of [parts.play, parts.step]) button.disabled = header.stopped;
  const status = header.stopped ? S.stopped : view.playing ? S.running : view.asked ? S.training : S.paused;
  say(parts.status, `${S.update} ${header.update} · ${status}`);
  const told = drawTriangle(view);
  say(parts.words, told);
  parts.canvas.setAttribute("aria-label", told);
  view.drawn += 1;
  keep("gradients", { run: header.run, loss: view.k < 0 ? null : view.k + 1, step: view.t < 0 ? null : view.t + 1, state: view.trace ? view.trace + 1 : null, scale: view.relative ? "share" : null });
  Object.assign(parts.root.dataset, { update: header.update, drawn: view.drawn, row: view.k, time: view.t, horizon: header.traces[view.trace].horizons[header.at.length - 1], status: view.playing ? "playing" : "paused" });
}
