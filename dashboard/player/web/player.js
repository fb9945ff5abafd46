// The live view. Python trains and answers; everything that moves, moves here.

import { prepare, say, write } from "./canvas.js";
import { palette } from "./colours.js";
import { drawCurve } from "./curves.js";
import { decode, latest, latestFrame, picture } from "./frames.js";
import { build } from "./page.js";
import { PANELS } from "./panels.js";
import { drawGradients, drawHeatmap, drawNetwork, words } from "./time.js";

const views = new WeakMap();
let mounts = 0;

export default function ({ data, parentElement, setTriggerValue }, base) {
  const host = parentElement.querySelector(".host");
  let view = views.get(host);
  if (!view) {
    mounts += 1;
    view = { host, t: -1, unit: 0, row: null, show: "values", layer: 0, speed: 30, rest: 0, last: 0, drawn: 0, slow: null };
    views.set(host, view);
    style(view, parentElement, base);
  }
  view.trigger = setTriggerValue;
  if (!data) return;
  const run = decode(data);
  if (view.run !== run) begin(view, run);
  if (view.stepping && run.frames.length > view.stepping) { run.position = view.stepping; view.stepping = 0; }
  if (run.playing && !view.slow) refill(view); // at once: the next frame may be a while away
  answered(view);
  view.colours = palette(host);
  view.dirty = true;
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

function begin(view, run) {
  const first = !view.run, header = run.header, S = header.strings;
  view.run = run;
  view.slow = null;
  view.stepping = 0;
  view.layer = 0;
  const p = (view.page = build(view.host, header));
  p.root.dataset.mounts = mounts;
  view.colours = palette(view.host);
  const c = header.colours;
  const unit = /accuracy|exact|whole/.test(header.headline), title = header.headline.length < 4 ? header.headline.toUpperCase() : header.headline[0].toUpperCase() + header.headline.slice(1);
  view.charts = [p.chart("Loss", [{ name: "loss", label: "batch", colour: c.train, wide: 1.5 }])];
  view.charts.push(p.chart(title, [
    { name: `train ${header.headline}`, label: "train", colour: c.train, wide: 2, dots: true },
    { name: `held-out ${header.headline}`, label: "held-out", colour: c["held-out"], wide: 2, dots: true },
  ], Object.entries(header.baselines), unit));
  view.charts.push(p.chart("Gradient norm", [
    { name: "grad norm", label: "as is", colour: c.share, wide: 1.2 },
    { name: "clipped norm", label: "clipped", colour: c.clipped, wide: 1.6 },
  ]));
  p.right.append(p.panel);
  p.root.addEventListener("resized", () => { p.legend.key = ""; view.dirty = true; });
  wire(view);
  fit(view);
  if (first) requestAnimationFrame(now => tick(view, now));
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
  const point = (canvas, row) => {
    canvas.onpointermove = change(event => {
      const frame = picture(run, run.position), box = canvas.getBoundingClientRect();
      view.t = Math.max(0, Math.min(frame.T - 1, Math.floor(((event.clientX - box.left) / box.width) * frame.T)));
      view.row = row || view.row;
      const H = run.header.H;
      if (row) view.unit = Math.max(0, Math.min(H - 1, Math.floor(((event.clientY - box.top) / box.height) * H)));
    });
    canvas.onpointerleave = change(() => { view.t = -1; });
  };
  point(p.network); point(p.gradients);
  for (const row of p.rows) point(row.canvas, row.name);
  for (const chart of view.charts) {
    const scrub = change(event => {
      if (event.buttons !== 1 || !chart.scrub) return;
      run.playing = false;
      run.position = chart.scrub(event.clientX - chart.canvas.getBoundingClientRect().left);
    });
    chart.canvas.onpointerdown = scrub;
    chart.canvas.onpointermove = scrub;
  }
  if (!view.keys) {
    view.keys = event => { if (!view.host.isConnected) document.removeEventListener("keydown", view.keys); else key(view, event); };
    document.addEventListener("keydown", view.keys);
    view.watch = new ResizeObserver(() => { fit(view); });
    view.watch.observe(view.host);
    view.resize = () => { if (!view.host.isConnected) window.removeEventListener("resize", view.resize); else fit(view); };
    window.addEventListener("resize", view.resize);
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
  event.preventDefault();
  view.dirty = true;
}

// The height that is left on the screen, so that the main story needs no scrolling.
function fit(view) {
  if (!view.page) return;
  const top = view.host.getBoundingClientRect().top + (document.scrollingElement?.scrollTop || 0);
  const height = Math.max(600, Math.min(1100, window.innerHeight - Math.max(60, top) - 60));
  view.page.root.style.height = `${height}px`;
  view.dirty = true;
}

const act = (view, action) => view.trigger("action", { run: view.run.id, at: performance.now(), ...action });

// Asks for more; what is unanswered for three seconds is asked again, and a repeated answer does no harm.
function pull(view, n) {
  const run = view.run, now = performance.now();
  if (run.header.done || document.hidden || (run.asked && now - run.asked < 3000)) return;
  run.asked = now;
  const every = view.speed > 60 ? Math.round(view.speed / 60) : 1;
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

function tick(view, now) {
  if (!view.host.isConnected) return; // unmounted: nothing to clean up
  requestAnimationFrame(then => tick(view, then));
  const run = view.run, passed = view.last ? Math.min(100, now - view.last) : 16;
  view.last = now;
  if (view.stepping && !run.header.done) pull(view, 1); // an unanswered step is asked again
  if (run.playing && view.slow) {
    view.slow.at += (passed / 1000) * Math.max(4, picture(run, run.position).T / 4);
    const steps = Math.floor(view.slow.at);
    view.slow.at -= steps;
    if (steps) stroll(view, steps);
  } else if (run.playing) {
    view.rest += (passed * view.speed) / 1000;
    const whole = Math.floor(view.rest), next = Math.min(run.position + whole, run.frames.length - 1);
    view.rest -= whole;
    if (next !== run.position) { run.position = next; view.dirty = true; }
    refill(view);
    if (run.header.done && run.position === run.frames.length - 1) { run.playing = false; view.dirty = true; }
  }
  if (view.dirty && run.frames.length) { view.dirty = false; draw(view); }
}

// What changes only with an answer from Python.
function answered(view) {
  const p = view.page, { header } = view.run, layout = header.layouts[header.layouts.length - 1];
  if (header.banner) { p.bannerText.textContent = header.banner.text; p.bannerButton.textContent = header.banner.button; }
  p.error.textContent = header.probe.error;
  if (p.root.getRootNode().activeElement !== p.probe) p.probe.value = header.probe.text || layout.drawing.text || layout.symbols.join(layout.symbols.some(symbol => symbol.length > 1) ? " " : "");
  p.answer.textContent = layout.answer ? `${header.strings.answer} ${layout.answer}` : "";
}

function draw(view) {
  const { run, page: p } = view, { header } = run, S = header.strings, frame = picture(run, run.position);
  if (!frame) return;
  p.banner.hidden = !(header.banner && run.position === run.frames.length - 1); // not before it is seen
  if (view.slow) view.show = view.slow.stage === "backward" ? "gradients" : "values"; // what flows is shown
  if (p.show.value !== view.show) p.show.value = view.show;
  const layout = header.layouts[frame.layout], trace = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
  const update = run.frames[run.position].index;
  drawNetwork(view, p.network, frame, trace, layout);
  for (const row of p.rows) {
    drawHeatmap(view, row, frame, trace);
    const gate = header.gates.includes(row.name), range = trace.ranges[row.name];
    const scale = view.show === "gradients" ? `∂L/∂${row.name}` : gate ? "0 … 1" : `±${+range.toPrecision(2)}`;
    say(row.label.lastChild, row.group > 1 ? `${scale}\n${row.group} / px` : scale);
  }
  drawGradients(view, p.gradients, frame, trace);
  for (const chart of view.charts) drawCurve(view, chart);
  PANELS[header.kind](view, p.panel, frame, layout, latest(run, "picture", run.position));
  drawLegend(view);
  say(p.words, words(view, frame, trace, layout));
  const told = latestFrame(run, "diagnosis", run.position); // it may be older than the picture: then say of when it is
  say(p.diagnosis, told ? (told.index === update ? "" : `${S.update} ${told.index}: `) + told.diagnosis[1] : "");
  say(p.play, run.playing ? S.pause : S.play);
  p.play.setAttribute("aria-pressed", run.playing);
  p.scrub.max = run.frames.length - 1;
  p.scrub.value = run.position;
  const waits = run.playing && run.position >= run.frames.length - 1 && !header.done;
  const kept = frame === run.frames[run.position] || view.speed > 60 ? "" : ` · ${S.nearest} ${frame.index}`;
  const phase = view.slow ? ` · ${S[view.slow.stage]}` : "";
  say(p.status, `${S.update} ${update} ${S.of} ${run.frames[run.frames.length - 1].index} · ${waits ? S.waiting : run.playing ? S.running : S.paused}${phase}${kept}`);
  view.drawn += 1;
  Object.assign(p.root.dataset, { update, status: run.playing ? "playing" : "paused", drawn: view.drawn, run: run.id, time: view.t, loss: frame.scalars.loss ?? "" });
}

function drawLegend(view) {
  const c = view.colours, gradients = view.show === "gradients";
  const key = `${c.key} ${gradients}`;
  if (view.page.legend.key === key) return; // it is the same during a whole run
  view.page.legend.key = key;
  const [x, width] = prepare(view.page.legend);
  const [top, decades] = view.run.header.decades;
  const half = view.run.header.gates.length && !gradients ? width / 2 : width;
  const strip = (left, wide, table, low, middle, high) => {
    for (let k = 0; k < wide; k++) { x.fillStyle = c.css(table[Math.round((255 * k) / wide)]); x.fillRect(left + k, 0, 1.5, 9); }
    x.strokeStyle = c.line; x.strokeRect(left, 0, wide, 9);
    write(x, low, left, 17, c.muted, 11); write(x, middle, left + wide / 2, 17, c.muted, 11, "center"); write(x, high, left + wide, 17, c.muted, 11, "right");
  };
  if (gradients) strip(0, width, c.signed, `−1e${top}`, `±1e${top - decades}`, `+1e${top}`);
  else {
    strip(0, half - 10, c.signed, "−", "0", "+");
    if (half < width) strip(half + 4, half - 6, c.gate, "0", "½", "1");
  }
}
