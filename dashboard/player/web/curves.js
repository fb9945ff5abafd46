// Curves over the updates: loss, metric, gradient norm. A click or drag on one scrubs.

import { prepare, say, short, write } from "./canvas.js";

export function drawCurve(view, chart) {
  const [x, width, height] = prepare(chart.canvas), run = view.run, c = view.colours;
  const left = 50, right = 8, top = 8, bottom = height - 18, last = Math.max(1, run.frames.length - 1);
  const lines = chart.lines.map(line => ({ ...line, points: run.curves[line.name] || [], band: (line.band || []).map(name => run.curves[name] || []) }));
  let low = Infinity, high = -Infinity;
  for (const { points, band } of lines) for (const some of [points, ...band]) for (const [, v] of some) { if (v < low) low = v; if (v > high) high = v; }
  for (const [, v] of chart.marks) if (v !== undefined && Number.isFinite(v) && chart.marksInRange) { low = Math.min(low, v); high = Math.max(high, v); }
  if (!Number.isFinite(low)) { low = 0; high = 1; }
  if (chart.unit) { low = 0; high = 1; }
  const log = !chart.unit && !chart.signed && low > 0 && high / low > 20;
  if (!log && !chart.unit) { low = Math.min(low, 0); if (chart.signed) high = Math.max(high, 0); if (high <= low) high = low + 1; }
  const f = log ? Math.log10 : v => v, a = f(low), b = f(high) > a ? f(high) : a + 1;
  const X = k => left + (k / last) * (width - left - right), Y = v => bottom - ((f(v) - a) / (b - a)) * (bottom - top);
  x.strokeStyle = c.line; x.lineWidth = 1;
  for (const at of [0, 0.5, 1]) {
    const value = log ? 10 ** (a + (b - a) * at) : a + (b - a) * at, y = bottom - at * (bottom - top);
    x.beginPath(); x.moveTo(left, y); x.lineTo(width - right, y); x.stroke();
    write(x, chart.unit ? `${Math.round(value * 100)} %` : short(value), left - 6, y, c.muted, 12, "right");
  }
  const taken = []; // where labels stand already
  for (const [label, v] of chart.marks) {
    if (v === undefined || f(v) < a || f(v) > b) continue;
    x.strokeStyle = c.muted; x.setLineDash([2, 4]);
    x.beginPath(); x.moveTo(left, Y(v)); x.lineTo(width - right, Y(v)); x.stroke(); x.setLineDash([]);
    x.font = "11px sans-serif";
    const wide = x.measureText(label).width + 14, at = Y(v) < top + 14 ? Y(v) + 8 : Y(v) - 8, crowd = taken.filter(([y]) => Math.abs(y - at) < 13).reduce((sum, [, w]) => sum + w, 0);
    if (crowd + wide < width - left) write(x, label, width - right - 2 - crowd, at, c.muted, 11, "right");
    taken.push([at, wide]);
  }
  const place = ([k, v]) => [X(k), Y(Math.max(v, log ? low : v))];
  for (const { points, band, colour, wide, dots } of lines) {
    if (!points.length) continue;
    if (band[0]?.length) {
      x.fillStyle = colour; x.globalAlpha = 0.2;
      x.beginPath();
      for (const point of visible(band[1], width)) x.lineTo(...place(point));
      for (const point of visible(band[0], width).toReversed()) x.lineTo(...place(point));
      x.fill(); x.globalAlpha = 1;
    }
    x.strokeStyle = x.fillStyle = colour; x.lineWidth = wide;
    x.beginPath();
    for (const point of visible(points, width)) x.lineTo(...place(point));
    x.stroke();
    if (dots && points.length < 80) for (const [k, v] of points) { x.beginPath(); x.arc(X(k), Y(v), 2.5, 0, 7); x.fill(); }
  }
  x.strokeStyle = c.text; x.globalAlpha = 0.6; x.lineWidth = 1.5;
  x.beginPath(); x.moveTo(X(run.position), top - 4); x.lineTo(X(run.position), bottom + 4); x.stroke(); x.globalAlpha = 1;
  write(x, String(run.frames[0].index), left, height - 7, c.muted, 11, "center");
  write(x, String(run.frames[run.frames.length - 1].index), width - right, height - 7, c.muted, 11, "right");
  if (chart.foot) write(x, chart.foot, (left + width - right) / 2, height - 7, c.muted, 11, "center");
  chart.scrub = px => Math.round(Math.max(0, Math.min(1, (px - left) / (width - left - right))) * last);
  lines.forEach(({ label, colour, points }, k) => {
    const now = at(points, run.position);
    const [mark, text] = (chart.legend[k] ||= entry(chart.note, colour));
    mark.hidden = text.hidden = !points.length;
    say(text, `${label} ${now === null ? "" : chart.unit ? `${(now * 100).toFixed(1)} %` : short(now)}`);
  });
}

// Where points outnumber pixels, the smallest and the largest of each pixel: no spike is lost.
function visible(points, width) {
  const every = Math.ceil(points.length / width);
  if (every < 3) return points;
  const kept = [];
  for (let j = 0; j < points.length; j += every) {
    let low = points[j], high = low;
    for (let i = j + 1; i < Math.min(points.length, j + every); i++) {
      if (points[i][1] < low[1]) low = points[i];
      if (points[i][1] > high[1]) high = points[i];
    }
    kept.push(...(low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low]));
  }
  return kept;
}

function entry(note, colour) {
  const mark = document.createElement("i"), text = document.createElement("span");
  mark.style.background = colour;
  note.append(mark, text);
  return [mark, text];
}

// The latest value at or before position k.
function at(points, k) {
  let lowest = 0, highest = points.length;
  while (lowest < highest) { const middle = (lowest + highest) >> 1; if (points[middle][0] <= k) lowest = middle + 1; else highest = middle; }
  return lowest ? points[lowest - 1][1] : null;
}
