// The live view of one run. Python trains and answers; everything that moves, moves here.

import { say } from "./canvas.js";
import { drawColumn, pointAt } from "./column.js";
import { drawCurve } from "./curves.js";
import { decode, latest, latestFrame, picture } from "./frames.js";
import { drawLegend } from "./legend.js";
import { build, isShare, title } from "./page.js";
import { PANELS } from "./panels.js";
import { begin, open, progress, scrubbing, shown, tell, took } from "./playback.js";
import { saver } from "./snapshot.js";
import { words } from "./time.js";

export default function (component, base) {
  const view = open(component, base, draw);
  if (!component.data) return;
  const run = decode(component.data);
  if (view.run !== run) begin(view, run, elements);
  took(view);
  tell(view, run.header);
}

function elements(view) {
  const { run, host } = view, { header } = run, c = header.colours, p = (view.page = build(host, header));
  const unit = isShare(header.headline);
  view.charts = [p.chart("Loss", [{ name: "loss", label: "batch", colour: c.train, wide: 1.5 }])];
  view.charts.push(p.chart(title(header.headline), [
    { name: `train ${header.headline}`, label: "train", colour: c.train, wide: 2, dots: true },
    { name: `held-out ${header.headline}`, label: "held-out", colour: c["held-out"], wide: 2, dots: true },
  ], Object.entries(header.baselines), unit));
  view.charts.push(p.chart("Gradient norm", [
    { name: "grad norm", label: "as is", colour: c.share, wide: 1.2 },
    { name: "clipped norm", label: "clipped", colour: c.clipped, wide: 1.6 },
  ]));
  p.right.append(p.panel);
  p.second.append(saver(header.strings, () => shown(view, p.root, `${header.file}-update-${run.frames[run.position].index}`)));
  pointAt(view, run, p);
  scrubbing(view, view.charts);
}

function draw(view) {
  const { run, page: p } = view, { header } = run, S = header.strings, frame = picture(run, run.position);
  if (!frame) return;
  const layout = header.layouts[frame.layout], trace = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
  const update = run.frames[run.position].index;
  progress(view, frame, update);
  drawColumn(view, p, frame, trace, layout);
  for (const chart of view.charts) drawCurve(view, chart);
  PANELS[header.kind](view, p.panel, frame, layout, latest(run, "picture", run.position));
  drawLegend(view, header.gates.length > 0);
  say(p.words, words(view, frame, trace, layout));
  const told = latestFrame(run, "diagnosis", run.position); // it may be older than the picture: then say of when it is
  say(p.diagnosis, told ? (told.index === update ? "" : `${S.update} ${told.index}: `) + told.diagnosis[1] : "");
  p.root.dataset.loss = frame.scalars.loss ?? "";
}
