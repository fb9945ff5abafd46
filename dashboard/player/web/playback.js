// Play, Pause, Step, scrubbing, slow motion and the pulling of frames, for a page that shows one run or several.
//
// A view has: host, page (its elements), run {id, frames, position, playing, asked, header}, and what is
// pointed at: t (time step, -1: none), row, unit, layer, show. `view.draw(view)` draws it.

import { ask } from "./ask.js";
import { grown, pointed, say } from "./canvas.js";
import { palette } from "./colours.js";
import { pin } from "./column.js";
import { arrival, keep } from "./cursor.js";
import { picture } from "./frames.js";

const views = new WeakMap();
let mounts = 0;

// The view of a component: the same one at every call, its style loaded before anything is seen.
export function open({ parentElement, setTriggerValue }, base, draw) {
  const host = parentElement.querySelector(".host");
  let view = views.get(host);
  if (!view) {
    mounts += 1;
    view = { host, draw, t: -1, unit: 0, row: null, show: "values", layer: 0, speed: 30, rest: 0, last: 0, drawn: 0, slow: null };
    views.set(host, view);
    style(view, parentElement, base);
  }
  view.trigger = (name, value) => ask(() => { if (host.isConnected) setTriggerValue(name, value); });
  return view;
}

// Whether a key belongs to the browser or to a control. A button is pressed by Space and a link by Enter; the keys of a
// player mean nothing else to them, and after a click on a link to a page the focus is still there.
export function meantElsewhere(event) {
  const target = event.composedPath()[0], role = target.getAttribute?.("role") || "";
  return event.ctrlKey || event.metaKey || event.altKey || (target.tagName === "BUTTON" && event.key === " ")
    || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable
    || /^(tab|slider|radio|option|combobox)/.test(role);
}

// Nothing is shown before its style is there.
function style(view, parent, base) {
  if (parent.querySelector("link")) return;
  view.host.style.visibility = "hidden";
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(base + "player.css", document.baseURI);
  link.onload = link.onerror = () => { view.host.style.visibility = ""; fit(view); };
  parent.prepend(link);
}

// A new run is on the page: from now on it is watched. `build` makes the page's elements.
export function begin(view, run, build) {
  const first = !view.run;
  Object.assign(view, { run, slow: null, stepping: 0, layer: 0, colours: palette(view.host) });
  build(view);
  view.page.root.dataset.mounts = mounts;
  view.page.root.addEventListener("resized", () => { view.page.legend.key = ""; view.dirty = true; });
  arrive(view);
  wire(view);
  fit(view);
  if (first) requestAnimationFrame(now => tick(view, now));
}

// The page shows one run, or several: each has its own place in a link.
const name = view => (view.run.columns ? "compare" : "");

// A link stands somewhere: what it lights is lit, and the run trains up to there.
function arrive(view) {
  const { run, page: p } = view, cursor = arrival(name(view), run.header.cursor);
  if (!cursor) return;
  const { names } = (run.columns?.[0] || run).header, T = picture(run, run.position).T;
  const offers = select => [...select.options].map(each => each.value);
  if (offers(p.show).includes(cursor.show)) view.show = cursor.show;
  if (cursor.layer && cursor.layer <= p.layer.options.length) p.layer.value = String(view.layer = cursor.layer - 1);
  if (names.includes(cursor.quantity)) Object.assign(view, { row: cursor.quantity, unit: cursor.unit || 0 });
  if (cursor.step) { view.t = Math.min(cursor.step, T) - 1; pin(view, true); }
  if (cursor.update) { run.goal = cursor.update; run.playing = true; }
}

// Trains up to the update of the link, shown as it goes; whatever stops the playing ends it.
function seek(view) {
  const run = view.run, last = run.frames.length - 1, now = run.frames[last].index, left = run.goal - now;
  if (run.playing && left > 0 && !run.header.done) {
    if (run.position !== last) { run.position = last; view.dirty = true; }
    return left > 1 ? pull(view, left - 1, Math.max(1, Math.round(run.goal / 100))) : pull(view, 1, 1);
  }
  if (run.playing) run.position = run.frames.reduce((best, frame, k) => (frame.index <= run.goal ? k : best), 0);
  Object.assign(run, { goal: 0, playing: false });
  view.dirty = true;
}

// Python has answered.
export function took(view) {
  const run = view.run;
  if (view.stepping && run.frames.length > view.stepping) { run.position = view.stepping; view.stepping = 0; }
  if (run.goal) seek(view);
  else if (run.playing && !view.slow) refill(view); // at once: the next frame may be a while away
  view.colours = palette(view.host);
  view.dirty = true;
}

function wire(view) {
  const p = view.page, run = view.run;
  const change = f => event => { f(event); view.dirty = true; };
  p.play.onclick = change(() => { run.playing = !run.playing && !(run.header.done && run.position >= run.frames.length - 1); });
  p.step.onclick = change(() => step(view));
  p.reset.onclick = () => { run.playing = false; act(view, { kind: "reset" }); };
  p.speed.onchange = change(() => { view.speed = +p.speed.value; });
  p.speed.value = String(view.speed);
  p.slow.onchange = change(() => { view.slow = p.slow.checked ? { stage: "forward", t: -1, at: 0 } : null; });
  p.slow.checked = !!view.slow;
  p.scrub.oninput = change(() => { run.playing = false; run.position = +p.scrub.value; });
  p.bannerButton.onclick = () => act(view, { kind: "rewind" });
  p.probe.onchange = () => act(view, { kind: "probe", text: p.probe.value });
  p.show.onchange = change(() => { view.show = p.show.value; });
  p.show.value = view.show;
  p.layer.onchange = change(() => { view.layer = +p.layer.value; });
  if (!view.keys) {
    view.keys = event => { if (!view.host.isConnected) document.removeEventListener("keydown", view.keys); else key(view, event); };
    document.addEventListener("keydown", view.keys);
    view.watch = new ResizeObserver(() => { fit(view); });
    view.watch.observe(view.host);
    view.resize = () => { if (!view.host.isConnected) window.removeEventListener("resize", view.resize); else fit(view); };
    window.addEventListener("resize", view.resize);
  }
}

// Dragging along a curve moves the training cursor.
export function scrubbing(view, charts) {
  for (const chart of charts) {
    const scrub = event => {
      if (event.buttons !== 1 || !chart.scrub) return;
      view.run.playing = false;
      view.run.position = chart.scrub(pointed(chart.canvas, event)[0]);
      view.dirty = true;
    };
    chart.canvas.onpointerdown = scrub;
    chart.canvas.onpointermove = scrub;
  }
}

function key(view, event) {
  const target = event.composedPath()[0], run = view.run;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const slider = target === view.page.scrub; // it keeps its own arrow keys
  if (!(slider && /^[ [\]]$/.test(event.key)) && /^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(target.tagName) || target.isContentEditable || target.getAttribute?.("role")) return;
  const T = picture(run, run.position).T;
  if (event.key === " ") view.page.play.click();
  else if (event.key === "ArrowRight") view.t = Math.min(T - 1, view.t + 1);
  else if (event.key === "ArrowLeft") view.t = view.t < 0 ? T - 1 : Math.max(0, view.t - 1);
  else if (event.key === "]") step(view);
  else if (event.key === "[") { run.playing = false; run.position = Math.max(0, run.position - 1); }
  else if (event.key === "Escape") view.t = -1;
  else return;
  if (/^(Arrow|Esc)/.test(event.key)) pin(view, true);
  event.preventDefault();
  view.dirty = true;
}

// The height that is left on the screen, so that the main story needs no scrolling.
function fit(view) {
  if (!view.page) return;
  const top = view.host.getBoundingClientRect().top + (document.scrollingElement?.scrollTop || 0);
  const least = 600 * grown(), most = 1100 * grown();
  const height = Math.max(least, Math.min(most, window.innerHeight - Math.max(60, top) - 60));
  view.page.root.style.height = `${height}px`;
  view.page.root.classList.toggle("large", grown() > 1);
  view.dirty = true;
}

export const act = (view, action) => view.trigger("action", { run: view.run.id, at: performance.now(), ...action });

// Asks for more; what is unanswered for three seconds is asked again, and a repeated answer does no harm.
function pull(view, n, every = view.speed > 60 ? Math.round(view.speed / 60) : 1) {
  const run = view.run, now = performance.now();
  if (run.header.done || document.hidden || (run.asked && now - run.asked < 3000)) return;
  run.asked = now;
  view.trigger("pull", { run: run.id, have: run.frames.length, n: Math.ceil(n), every, at: now });
}

// Keeps a second of updates ahead of what is shown.
function refill(view) {
  const ahead = view.run.frames.length - 1 - view.run.position;
  if (ahead < view.speed) pull(view, 1.5 * view.speed - ahead + 1);
}

function step(view) {
  const run = view.run;
  run.playing = false;
  if (view.slow) return stroll(view, 1);
  if (run.position < run.frames.length - 1) run.position += 1;
  else if (!run.header.done) { view.stepping = run.frames.length; pull(view, 1); }
}

// Slow motion: forward through the steps, the loss, backward through the steps; then the next update.
const LOSS = 4; // the loss stays for so many steps
function stroll(view, steps) {
  const run = view.run, T = picture(run, run.position).T, slow = view.slow;
  for (let k = 0; k < steps; k++) {
    if (slow.stage === "forward") { slow.t += 1; if (slow.t >= T) { slow.stage = "loss"; slow.left = LOSS; } }
    else if (slow.stage === "loss") { slow.left -= 1; if (slow.left <= 0) { slow.stage = "backward"; slow.t = T - 1; } }
    else if (slow.t > 0) slow.t -= 1;
    else if (run.position < run.frames.length - 1) { run.position += 1; slow.stage = "forward"; slow.t = -1; }
    else pull(view, 2);
  }
  view.dirty = true;
}

// Updates a second: as asked, but no faster than training brings them, or they would come in jerks.
function pace(view) {
  const ahead = view.run.frames.length - 1 - view.run.position;
  return view.run.header.done ? view.speed : Math.min(view.speed, Math.max(10, 3 * ahead));
}

function tick(view, now) {
  if (!view.host.isConnected) return; // unmounted: nothing to clean up
  requestAnimationFrame(then => tick(view, then));
  const run = view.run, passed = view.last ? Math.min(100, now - view.last) : 16;
  view.last = now;
  if (view.stepping && !run.header.done) pull(view, 1); // an unanswered step is asked again
  if (run.goal) seek(view);
  else if (run.playing && view.slow) {
    view.slow.at += (passed / 1000) * Math.max(4, picture(run, run.position).T / 4);
    const steps = Math.floor(view.slow.at);
    view.slow.at -= steps;
    if (steps) stroll(view, steps);
  } else if (run.playing) {
    view.rest += (passed * pace(view)) / 1000;
    const whole = Math.floor(view.rest), next = Math.min(run.position + whole, run.frames.length - 1);
    view.rest -= whole;
    if (next !== run.position) { run.position = next; view.dirty = true; }
    refill(view);
    if (run.header.done && run.position === run.frames.length - 1) { run.playing = false; view.dirty = true; }
  }
  if (view.dirty && run.frames.length) { view.dirty = false; view.draw(view); }
}

// The strip of controls, as the run stands. frame: the one whose picture is shown; update: the one that is looked at.
export function progress(view, frame, update) {
  const { run, page: p } = view, S = run.header.strings, last = run.frames.length - 1;
  if (view.slow) view.show = view.slow.stage === "backward" ? "gradients" : "values"; // what flows is shown
  if (p.show.value !== view.show) p.show.value = view.show;
  p.banner.hidden = !(run.header.banner && run.position >= run.header.banner.frame); // not before it is seen
  say(p.play, run.playing ? S.pause : S.play);
  p.play.setAttribute("aria-pressed", run.playing);
  p.scrub.max = last + Math.max(0, (run.goal || 0) - run.frames[last].index);
  p.scrub.value = run.position;
  const waits = run.playing && run.position >= last && !run.header.done;
  const kept = run.goal || frame === run.frames[run.position] || view.speed > 60 ? "" : ` · ${S.nearest} ${frame.index}`;
  const phase = view.slow ? ` · ${S[view.slow.stage]}` : "";
  say(p.status, `${S.update} ${update}${run.goal ? "" : ` ${S.of} ${run.frames[last].index}`} · ${run.goal ? S["training to"].replace("{n}", run.goal) : waits ? S.waiting : run.playing ? S.running : S.paused}${phase}${kept}`);
  view.drawn += 1;
  const { t, row, unit } = view.pin || {};
  keep(name(view), { run: run.id, update, step: view.pin ? t + 1 : null, quantity: view.pin ? row : null, unit: view.pin && row ? unit : null, layer: view.layer ? view.layer + 1 : null, show: view.show === "values" ? null : view.show });
  Object.assign(p.root.dataset, { update, status: run.playing ? "playing" : "paused", drawn: view.drawn, run: run.id, time: view.t });
}

// What a picture of the page is made of; see snapshot.js.
export function shown(view, root, name) {
  const redraw = () => { view.page.legend.key = ""; view.draw(view); };
  return { root, colours: view.colours, name, redraw };
}

// What changes only with an answer from Python: the banner, the sequence that is watched. header: of any run.
export function tell(view, header) {
  const p = view.page, layout = header.layouts[header.layouts.length - 1];
  const { banner } = view.run.header;
  if (banner) { p.bannerText.textContent = banner.text; p.bannerButton.textContent = banner.button; }
  p.error.textContent = header.probe.error;
  if (p.root.getRootNode().activeElement !== p.probe) p.probe.value = header.probe.text || layout.drawing.text || layout.symbols.join(layout.symbols.some(symbol => symbol.length > 1) ? " " : "");
  p.answer.textContent = layout.answer ? `${header.strings.answer} ${layout.answer}` : "";
}
