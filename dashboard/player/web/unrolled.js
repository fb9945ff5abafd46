// One update in slow motion: forward through the unrolled network, the losses, backward through it.
// Bytes from dashboard/unrolled.py. Everything that moves, moves here; only a click asks Python.

import { grown, pointed, say, short } from "./canvas.js";
import { palette } from "./colours.js";
import { arrival, keep } from "./cursor.js";
import { readArrays } from "./frames.js";
import { drawLegend } from "./legend.js";
import { element, option } from "./page.js";
import { meantElsewhere, open } from "./playback.js";
import { saver } from "./snapshot.js";
import { drawNetwork, drawSum, seen } from "./unrolled_drawing.js";

export default function (component, base) {
  const view = open(component, base, draw);
  if (!component.data) return;
  const before = view.header?.run;
  read(view, component.data);
  if (!view.parts) build(view);
  if (before !== view.header.run) {
    view.playing = false;
    if (view.phase === undefined || view.phase > last(view)) view.phase = last(view);
    view.layer = Math.min(view.layer, view.header.layers.length - 1);
  }
  const cursor = arrival("unrolled", view.header.cursor);
  if (cursor?.phase !== undefined) view.phase = Math.min(last(view), cursor.phase);
  if (cursor?.layer) view.layer = Math.min(view.header.layers.length, cursor.layer) - 1;
  view.picked = view.header.picked;
  view.colours = palette(view.host);
  choices(view);
  draw(view);
}

function read(view, bytes) {
  const { header, numbers: all } = readArrays(bytes), T = header.symbols.length;
  let at = 0;
  view.layers = header.layers.map((key, k) => {
    const H = header.sizes[k], arrays = {};
    for (const name of header.order) { arrays[name] = all.subarray(at, at + T * H); at += T * H; }
    return { key, H, arrays, most: {} };
  });
  view.header = header;
}

// The phases of an update: `rounds` times T steps forward, the losses, and the same backward. Layers that read
// both ways wait for the whole sequence of the layer below; others can go on step by step together.
export const rounds = view => {
  const both = view.header.layers.some(([, direction]) => direction === "reverse");
  return both ? Math.max(...view.header.layers.map(([layer]) => layer)) + 1 : 1;
};
const last = view => 2 * rounds(view) * view.header.symbols.length;

// {stage, round, step}: step counts as the reading direction does, from 0.
export function stage(view) {
  const T = view.header.symbols.length, all = rounds(view) * T;
  if (view.phase < all) return { stage: "forward", round: Math.floor(view.phase / T), step: view.phase % T };
  if (view.phase === all) return { stage: "loss", round: 0, step: T - 1 };
  const back = 2 * all - view.phase; // from all - 1 down to 0
  return { stage: "backward", round: Math.floor(back / T), step: back % T };
}

function build(view) {
  const S = view.header.strings, button = (label, text, cls = "") => element("button", { type: "button", class: cls, "aria-label": label, title: label }, text);
  const play = button(S.play, S.play, "play");
  const first = button(S.first, "|◀"), back = button(S.back, "◀"), next = button(S.next, "▶"), end = button(S.end, "▶|");
  const speed = element("select", { class: "speed", "aria-label": S.speed }, ...[2, 5, 15, 30, 60].map(v => option(v, `${v} ${S["per second"]}`)));
  const scrub = element("input", { type: "range", min: "0", "aria-label": S.phase });
  const layer = element("select", { class: "which", "aria-label": S.layer });
  const status = element("div", { class: "words told", role: "status" });
  const network = element("canvas", { class: "net", tabindex: "0", role: "img", "aria-label": S.network });
  const sum = element("canvas", { class: "sum", role: "img", "aria-label": S.sum });
  const words = element("div", { class: "words" }), legend = element("canvas", { class: "legend", "aria-hidden": "true" });
  const redraw = () => { legend.key = ""; draw(view); };
  const save = saver(S, () => ({ root, colours: view.colours, name: `${view.header.file}-unrolled-update-${view.header.update}-step-${view.phase}`, redraw }));
  const root = element("div", { class: "player unrolled" },
    element("div", { class: "strip" }, play, first, back, next, end, speed, layer, scrub, legend), status,
    element("div", { class: "both" }, network, sum), element("div", { class: "last" }, words, save));
  speed.value = "5";
  view.speed = 5;
  view.host.append(root);
  view.parts = { root, play, speed, scrub, layer, status, network, sum, words };
  view.scales = { page: { legend } };
  legend.addEventListener("resized", redraw);
  const go = to => { view.playing = false; view.phase = Math.max(0, Math.min(last(view), to)); draw(view); };
  play.onclick = () => {
    view.playing = !view.playing;
    if (view.playing && view.phase >= last(view)) view.phase = 0;
    view.last = performance.now();
    view.rest = 0;
    if (view.playing) requestAnimationFrame(now => tick(view, now));
    draw(view);
  };
  first.onclick = () => go(0);
  back.onclick = () => go(view.phase - 1);
  next.onclick = () => go(view.phase + 1);
  end.onclick = () => go(last(view));
  speed.onchange = () => { view.speed = +speed.value; };
  scrub.oninput = () => go(+scrub.value);
  layer.onchange = () => { view.layer = +layer.value; draw(view); };
  for (const [canvas, find] of [[network, "find"], [sum, "findTerm"]]) {
    canvas.onpointermove = event => { view.hover = at(view, canvas, event, find); draw(view); };
    canvas.onpointerleave = () => { view.hover = null; draw(view); };
    canvas.onclick = event => pick(view, at(view, canvas, event, find));
    canvas.addEventListener("resized", () => draw(view));
  }
  const keys = event => { if (!view.host.isConnected) document.removeEventListener("keydown", keys); else key(view, event, go); };
  document.addEventListener("keydown", keys);
  const resize = () => { if (view.host.isConnected) fit(view); else window.removeEventListener("resize", resize); };
  window.addEventListener("resize", resize);
  requestAnimationFrame(() => fit(view)); // once it stands where it will stand
}

// So high that the formula below is on the screen too.
function fit(view) {
  const top = view.host.getBoundingClientRect().top + (document.scrollingElement?.scrollTop || 0);
  view.parts.root.classList.toggle("large", grown() > 1);
  view.parts.root.style.height = `${Math.max(360 * grown(), Math.min(640 * grown(), window.innerHeight - top - 372 * grown()))}px`;
  draw(view);
}

function at(view, canvas, event, find) {
  return view[find]?.(...pointed(canvas, event)) || null;
}

function pick(view, found) {
  if (!found) return;
  if (found.step !== undefined) { // a bar: to that step
    view.playing = false;
    view.phase = 2 * rounds(view) * view.header.symbols.length - found.step;
    return draw(view);
  }
  view.picked = found;
  const [layer, direction] = view.layers[found.layer].key, { parts } = view.header;
  const part = parts.find(([, start, stop]) => start <= found.t && found.t < stop)[0];
  view.trigger("action", { kind: "pick", name: found.name, t: found.t, unit: found.unit, column: found.column ?? null, part, layer, direction, at: performance.now() });
  draw(view);
}

function key(view, event, go) {
  if (meantElsewhere(event)) return;
  if (event.key === " ") view.parts.play.click();
  else if (event.key === "ArrowRight") go(view.phase + 1);
  else if (event.key === "ArrowLeft") go(view.phase - 1);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(last(view));
  else return;
  event.preventDefault();
}

function choices(view) {
  const { layer, root, scrub } = view.parts, S = view.header.strings;
  const names = view.header.layers.map(([l, d]) => `${S.layer} ${l + 1}${view.header.layers.some(x => x[1] === "reverse") ? (d === "reverse" ? " ←" : " →") : ""}`);
  if (layer.dataset.names !== names.join()) {
    layer.replaceChildren(...names.map((name, k) => option(k, name)));
    layer.dataset.names = names.join();
    layer.hidden = names.length < 2;
  }
  layer.value = String(view.layer);
  scrub.max = String(last(view));
  root.dataset.run = view.header.run;
}

function tick(view, now) {
  if (!view.playing || !view.host.isConnected) return;
  view.rest += (Math.max(0, now - view.last) / 1000) * view.speed; // the first frame may be older than the click
  view.last = now;
  const whole = Math.floor(view.rest);
  if (whole) {
    view.rest -= whole;
    view.phase = Math.min(last(view), view.phase + whole);
    if (view.phase === last(view)) view.playing = false;
    draw(view);
  }
  requestAnimationFrame(then => tick(view, then));
}

function draw(view) {
  const { parts, header } = view;
  if (!parts || view.phase === undefined) return;
  const S = header.strings, now = stage(view), T = header.symbols.length;
  const reverse = view.layers[view.layer].key[1] === "reverse", t = reverse ? T - 1 - now.step : now.step;
  view.now = { ...now, t };
  say(parts.play, view.playing ? S.pause : S.play);
  parts.scrub.value = String(view.phase);
  const put = text => text.replace("{t}", t + 1).replace("{T}", T).replace("{symbol}", header.symbols[t].trim() || "␣").replace("{loss}", header.loss === null ? "–" : short(header.loss));
  say(parts.status, now.stage === "loss" && header.loss === null ? S["no loss"] : put(S[now.stage]));
  drawNetwork(view);
  drawSum(view);
  Object.assign(view.scales, { colours: view.colours, show: now.stage === "backward" ? "gradients" : "values", run: view });
  drawLegend(view.scales, header.gates.length > 0);
  say(parts.words, told(view) || S.hint);
  view.drawn += 1;
  keep("unrolled", { run: header.run, phase: view.phase === last(view) ? null : view.phase, layer: view.layer ? view.layer + 1 : null });
  Object.assign(parts.root.dataset, { phase: view.phase, stage: now.stage, time: t, drawn: view.drawn, status: view.playing ? "playing" : "paused" });
}

// What is under the pointer, in words.
function told(view) {
  const found = view.hover, S = view.header.strings;
  if (!found) return "";
  if (found.step !== undefined) return `${S.term}, t = ${found.t + 1}: ${short(found.share)}${found.whole > found.share * 1.001 ? ` (${S.lost}: ${short(found.whole - found.share)})` : ""}`;
  if (found.column !== undefined) return `dW[${found.unit}, ${found.column}] = ${short(found.value)}`;
  const known = seen(view, found.layer, found.t);
  return known ? `${found.name}, t = ${found.t + 1}, ${S.unit} ${found.unit}: ${short(found.value)}` : "";
}
