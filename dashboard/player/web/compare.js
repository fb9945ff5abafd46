// Several runs side by side: one Play, one time cursor, one training cursor, one range of colours.

import { pointed, say } from "./canvas.js";
import { drawColumn, pointAt } from "./column.js";
import { drawCurve } from "./curves.js";
import { alike, minus, subtract } from "./differences.js";
import { decodeGroup, latest, latestFrame, picture } from "./frames.js";
import { drawLegend } from "./legend.js";
import { drawOpenness, drawReach } from "./overlays.js";
import { column, controls, element, figure, isShare, title } from "./page.js";
import { begin, open, progress, scrubbing, shown, tell, took } from "./playback.js";
import { saver } from "./snapshot.js";
import { words } from "./time.js";

const SHOWS = ["values", "gradients", "difference"];

export default function (component, base) {
  const view = open(component, base, draw);
  if (!component.data) return;
  const whole = decodeGroup(component.data);
  if (view.run !== whole) begin(view, whole, elements);
  view.columns.forEach((one, k) => { one.run = whole.columns[k]; });
  for (const { run } of view.columns) for (const [name, points] of Object.entries(run.curves)) whole.curves[`${run.header.letter} ${name}`] = points;
  took(view);
  tell(view, whole.header);
}

function elements(view) {
  const { run: whole, host } = view, { header } = whole, S = header.strings;
  const runs = whole.columns, deepest = runs.reduce((a, b) => (b.header.layers.length > a.header.layers.length ? b : a));
  const root = element("div", { class: "player compare", tabindex: "0" }), p = controls(S, deepest.header.layers, SHOWS);
  const fair = element("div", { class: "diagnosis fair" });
  const save = saver(S, () => shown(view, root, `${header.file}-update-${whole.frames[whole.position].index}`));
  const side = element("div", { class: "side" }), words = element("div", { class: "words" }), below = element("div", { class: "below" });
  view.columns = runs.map(run => {
    const { letter, name, colour } = run.header, box = element("div", { class: "one", "data-letter": letter }), facts = {};
    const told = element("div", { class: "told" }), table = element("div", { class: "facts" });
    const head = element("div", { class: "head" }, element("b", {}, `${letter} · ${name}`), table, told);
    head.style.borderColor = colour;
    for (const fact of ["units", "parameters", "per update", "memory"]) {
      facts[fact] = element("b", {});
      table.append(element("span", {}, facts[fact], element("small", {}, S[fact])));
    }
    box.append(head);
    side.append(box);
    const one = { run, box, facts, told, buffers: {}, p: column(box, run.header) };
    one.view = Object.create(view, { run: { get: () => one.run } });
    pointAt(view, run, one.p);
    return one;
  });
  const metric = header.headline, chart = (title, name, more) => ({ ...figure(below, title), title, name, baselines: [], ...more });
  view.charts = [
    chart(title(S.loss), "loss"),
    chart(`${title(metric)}, ${S["held-out"]}`, `held-out ${metric}`, { baselines: Object.entries(header.baselines), share: isShare(metric), dots: true }),
  ];
  view.reach = figure(below, S.reach);
  view.open = figure(below, S.openness);
  root.append(p.strip, p.banner, element("div", { class: "second" }, fair, p.status, save), p.above, side, words, below);
  side.style.gridTemplateColumns = `repeat(${runs.length}, minmax(0, 1fr))`;
  host.replaceChildren(root);
  view.page = { ...p, root, fair, side, words, below };
  scrubbing(view, view.charts);
  for (const each of [view.reach, view.open]) {
    each.canvas.onpointermove = event => { view.t = each.t?.(pointed(each.canvas, event)[0]) ?? -1; view.dirty = true; };
    each.canvas.onpointerleave = () => { view.t = -1; view.dirty = true; };
  }
}

function draw(view) {
  const whole = view.run, { header, position } = whole, S = header.strings, p = view.page;
  const shown = picture(whole, position), differs = view.show === "difference";
  if (!shown) return;
  const update = whole.frames[position].index;
  progress(view, shown, update);
  const seen = view.columns.map(one => look(one.run, position, view.layer));
  seen.forEach((mine, k) => drawOne(view, view.columns[k], mine, k && differs ? seen[0] : null, update));
  drawCharts(view, differs);
  reaches(view, seen, differs);
  openness(view, seen, differs);
  drawLegend(view, header.gates);
  const at = Math.max(0, view.columns.findIndex(one => one.run === view.at)), { run } = view.columns[at], { names, letter } = run.header;
  const pointed = Object.create(view.columns[at].view, { row: { value: names.includes(view.row) ? view.row : null }, unit: { value: Math.min(seen[at].trace.H - 1, view.unit) } });
  say(p.words, `${view.t < 0 ? "" : `${letter}   `}${words(pointed, seen[at].frame, seen[at].trace, seen[at].layout)}`);
  say(p.fair, header.fair + (header.seeds > 1 ? ` · ${S.median.replace("{n}", header.seeds)}` : ""));
  for (const [k, { frame }] of seen.entries()) p.root.dataset[`update${view.columns[k].run.header.letter}`] = frame.index;
}

// What a run shows at a position: its own last picture where it has ended before.
function look(run, position, layer) {
  const frame = picture(run, position);
  return { run, frame, trace: frame.traces[Math.min(layer, frame.traces.length - 1)], layout: run.header.layouts[frame.layout] };
}

// base: what A shows, where the difference to it is asked for.
function drawOne(view, one, { run, frame, trace, layout }, base, update) {
  const { header } = run, S = header.strings, comparable = base && alike(run, base.run) && frame.T === base.frame.T;
  if (comparable) {
    const gateless = { ...run, header: { ...header, gates: [] } };
    drawColumn(Object.create(view, { run: { value: gateless } }), one.p, frame, subtract(trace, base.trace, header.gates, one.buffers), layout);
  } else drawColumn(one.view, one.p, frame, trace, layout);
  const { units, parameters, milliseconds, megabytes, diverged } = header.facts;
  say(one.facts.units, String(units));
  say(one.facts.parameters, parameters.toLocaleString("en"));
  say(one.facts["per update"], milliseconds === null ? S["not measured"] : `${milliseconds.toPrecision(3)} ms`);
  say(one.facts.memory, `${megabytes.toPrecision(2)} MiB`);
  const told = latestFrame(run, "diagnosis", view.run.position), over = run.frames.length - 1 < view.run.position;
  const parts = [];
  if (over) parts.push(`${S.ended} ${run.frames[run.frames.length - 1].index}`);
  if (base && !comparable) parts.push(S["not the same units"]);
  if (diverged && view.run.header.seeds > 1) parts.push(S["seeds diverged"].replace("{n}", diverged).replace("{all}", view.run.header.seeds));
  if (told && !over) parts.push((told.index === update ? "" : `${S.update} ${told.index}: `) + told.diagnosis[1]);
  say(one.told, parts.join(" · "));
  one.told.title = one.told.textContent;
}

// Every plot names what was made equal.
function titled(figure, title, fair) {
  say(figure.caption, title);
  say(figure.note, fair);
}

function drawCharts(view, differs) {
  const whole = view.run, [first] = view.columns;
  for (const chart of view.charts) {
    chart.lines = view.columns.map(({ run: { header: { letter, colour } } }) => {
      const name = `${letter} ${chart.name}`, line = { label: letter, colour, wide: chart.dots ? 1.5 : 1, dots: chart.dots, name };
      if (differs) {
        const points = whole.curves[name] || [], key = `${name} − A`;
        if (whole.curves[key]?.of !== points.length) {
          whole.curves[key] = letter === first.run.header.letter ? [] : minus(points, whole.curves[`A ${chart.name}`] || []);
          whole.curves[key].of = points.length;
        }
        return { ...line, name: key };
      }
      return { ...line, band: [`${name} low`, `${name} high`] };
    });
    Object.assign(chart, { unit: chart.share && !differs, signed: differs, marks: differs ? [] : chart.baselines, foot: whole.header.fair });
    say(chart.caption, chart.title + (differs ? " − A" : ""));
    drawCurve(view, chart);
  }
}

// Of the first layer's forward states, whichever layer is shown.
function reaches(view, seen, differs) {
  const { at, strings: S, fair } = view.run.header;
  const curves = seen.map(({ run, frame }) => ({ letter: run.header.letter, colour: run.header.colour, values: at === "last" ? frame.traces[0].norms.h : latest(run, "reach", view.run.position) || [] })).filter(({ values }) => values.length);
  const base = curves[0]?.values, comparable = differs && base;
  const ratios = comparable && curves.slice(1).map(curve => ({ ...curve, values: Array.from(curve.values, (v, t) => v / (base[t] || 1e-30)) }));
  titled(view.reach, S.reach + (differs ? " ÷ A" : ""), fair);
  drawReach(view, view.reach, ratios || curves, differs);
}

function openness(view, seen, differs) {
  const { strings: S, fair } = view.run.header, curves = [];
  for (const { run, trace, frame } of seen)
    for (const name of run.header.gates) curves.push({ letter: run.header.letter, name, colour: run.header.colours[name], values: means(trace.values[name], frame.T, trace.H) });
  const base = Object.fromEntries(curves.filter(({ letter }) => letter === "A").map(({ name, values }) => [name, values]));
  const differences = curves.filter(({ letter, name }) => letter !== "A" && base[name]).map(curve => ({ ...curve, values: curve.values.map((v, t) => v - base[curve.name][t]) }));
  titled(view.open, S.openness + (differs ? " − A" : ""), fair);
  drawOpenness(view, view.open, differs ? differences : curves, differs, differs && curves.length ? S["no gates in A"] : S["no gates"]);
}

function means(data, T, H) {
  return Array.from({ length: T }, (_, t) => {
    let sum = 0;
    for (let u = 0; u < H; u++) sum += data[t * H + u];
    return sum / (255 * H);
  });
}
