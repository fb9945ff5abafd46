// The unrolled network and the growing gradient of its recurrent weights, as of the present phase.

import { prepare, short, write } from "./canvas.js";
import { rounds } from "./unrolled.js";

const LABELS = 34; // px on the left, for the names of the bands

// What is known of a layer at step t in this phase: "values", "gradients", or "" before it is reached.
export function seen(view, layer, t) {
  const T = view.header.symbols.length, [index, direction] = view.layers[layer].key;
  const read = direction === "reverse" ? T - 1 - t : t, round = rounds(view) > 1 ? index : 0;
  const all = rounds(view) * T, place = round * T + read;
  if (view.phase >= 2 * all - place) return "gradients";
  return view.phase >= all || place <= view.phase ? "values" : "";
}

// The largest size of a quantity, for its symmetric range of colours.
function most(layer, name) {
  if (layer.most[name] === undefined) layer.most[name] = layer.arrays[name].reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  return layer.most[name];
}

function colour(view, layer, name, value) {
  const c = view.colours, [top, decades] = view.header.decades;
  if (name.startsWith("d")) {
    const size = Math.max(0, Math.min(1, (Math.log10(Math.abs(value) + 1e-30) - top + decades) / decades));
    return c.css(c.signed[Math.round(127.5 + Math.sign(value) * size * 127)]);
  }
  if (view.header.gates.includes(name)) return c.css(c.gate[Math.max(0, Math.min(255, Math.round(value * 255)))]);
  return c.css(c.signed[Math.max(0, Math.min(255, Math.round(127.5 * (1 + value / most(layer, name)))))]);
}

const norm = (array, t, H) => { let sum = 0; for (let k = t * H; k < (t + 1) * H; k++) sum += array[k] ** 2; return Math.sqrt(sum); };

function arrow(x, from, to, y, wide, colour, dashed = false) {
  x.strokeStyle = x.fillStyle = colour;
  x.lineWidth = wide;
  x.setLineDash(dashed ? [3, 4] : []);
  const head = Math.min(Math.abs(to - from) * 0.6, 4 + wide), way = Math.sign(to - from);
  x.beginPath(); x.moveTo(from, y); x.lineTo(to - way * head * 0.8, y); x.stroke();
  x.setLineDash([]);
  x.beginPath(); x.moveTo(to, y); x.lineTo(to - way * head, y - head * 0.55); x.lineTo(to - way * head, y + head * 0.55); x.fill();
}

export function drawNetwork(view) {
  const { header, layers, colours: c } = view, T = header.symbols.length, names = header.names;
  const [x, width, height] = prepare(view.parts.network);
  const cell = Math.max(names.length * 11 + 26, Math.min(150, (width - LABELS) / T)), fits = (width - LABELS) / cell;
  const start = Math.max(0, Math.min(T - fits, view.now.t + 0.5 - fits / 2)), left = t => LABELS + (t - start) * cell;
  const top = header.parts.length > 1 ? 50 : 34, bottom = height - 30, bands = layers.map((_, k) => k);
  const weights = bands.map(k => (k === view.layer ? (layers.length > 3 ? 4 : 2.5) : 1)), whole = weights.reduce((a, b) => a + b);
  let y = bottom;
  const places = bands.map(k => { const h = ((bottom - top) * weights[k]) / whole; y -= h; return { k, y: y + 7, h: h - 14, open: k === view.layer }; });
  const boxes = [];
  x.save();
  x.beginPath(); x.rect(LABELS - 2, 0, width, height); x.clip();
  const visible = [...Array(T).keys()].filter(t => left(t) > -cell && left(t) < width + cell);
  for (const t of visible) symbol(view, x, t, left(t), cell, top, bottom, height);
  for (const place of places) band(view, x, place, visible, left, cell, boxes);
  chunks(view, x, visible, left, top, bottom);
  x.restore();
  for (const { k, y: at, h } of places) {
    const [layer, direction] = layers[k].key;
    write(x, `${layer + 1}${header.layers.some(l => l[1] === "reverse") ? (direction === "reverse" ? "←" : "→") : ""}`, 4, at + h / 2, k === view.layer ? c.text : c.muted, 14, "left", k === view.layer ? 700 : 400);
  }
  if (start > 0.01) write(x, "‹", LABELS - 8, (top + bottom) / 2, c.muted, 20, "center");
  if (start < T - fits - 0.01) write(x, "›", width - 6, (top + bottom) / 2, c.muted, 20, "center");
  view.find = (px, py) => {
    const box = boxes.find(b => px >= b.x && px < b.x + b.w && py >= b.y && py < b.y + b.h);
    if (!box) return null;
    const layer = layers[box.layer], unit = Math.min(layer.H - 1, Math.floor(((py - box.y) / box.h) * layer.H));
    return { layer: box.layer, t: box.t, name: box.name, unit, value: layer.arrays[box.name][box.t * layer.H + unit] };
  };
}

// The input's symbol under each step, and its loss above.
function symbol(view, x, t, left, cell, top, bottom, height) {
  const { header, colours: c, now } = view, here = now.stage !== "loss" && now.t === t, middle = left + cell / 2;
  const text = header.symbols[t].trim() || "␣", room = Math.max(1, Math.floor(cell / 8));
  write(x, text.length > room ? `${text.slice(0, room - 1)}…` : text, middle, height - 13, here ? c.accent : c.text, 14, "center", here ? 700 : 400);
  if (here) { x.strokeStyle = c.accent; x.lineWidth = 2; x.strokeRect(left + 2, top - 2, cell - 4, bottom - top + 4); }
  else if (view.hover?.t === t) { x.fillStyle = c.soft; x.fillRect(left + 2, top - 2, cell - 4, bottom - top + 4); }
  const k = header.at.indexOf(t);
  if (k < 0) return;
  const known = now.stage !== "forward";
  x.fillStyle = known ? c.soft : "transparent";
  x.strokeStyle = known ? c.text : c.line;
  x.lineWidth = now.stage === "loss" ? 2 : 1;
  x.beginPath(); x.roundRect(middle - Math.min(cell, 76) / 2 + 2, 5, Math.min(cell, 76) - 4, 20, 5); x.fill(); x.stroke();
  write(x, known ? (cell > 58 ? `L ${short(header.losses[k])}` : short(header.losses[k])) : "L", middle, 15.5, known ? c.text : c.muted, 12, "center");
}

// One layer in one direction: a box of strips for each step, and the arrows between the boxes.
function band(view, x, { k, y, h, open }, visible, left, cell, boxes) {
  const { header, colours: c } = view, layer = view.layers[k], { H } = layer, T = header.symbols.length;
  const names = open ? header.names : ["h"], reverse = layer.key[1] === "reverse", way = reverse ? -1 : 1;
  const gap = 18, wide = (cell - gap - 8) / names.length, head = open ? 15 : 0;
  const states = header.names.includes("c") ? ["h", "c"] : ["h"];
  for (const t of visible) {
    const known = seen(view, k, t), from = left(t) + gap / 2, prefix = known === "gradients" ? "d" : "";
    x.strokeStyle = c.line; x.lineWidth = 1;
    x.beginPath(); x.roundRect(from, y, cell - gap, h, 5); x.stroke();
    names.forEach((name, n) => {
      const shown = prefix + name, at = from + 4 + n * wide, box = { x: at, y: y + head + 3, w: wide - 2, h: h - head - 6, t, layer: k, name: shown };
      boxes.push(box);
      if (open) {
        write(x, wide < 15 ? name : shown, at + wide / 2 - 1, y + 10, known ? c.text : c.muted, 11, "center");
        x.fillStyle = header.colours[name] || c.muted; x.fillRect(at, y + head + 1, wide - 2, 2);
      }
      if (!known) { x.fillStyle = c.soft; x.fillRect(box.x, box.y, box.w, box.h); return; }
      const rows = Math.min(H, Math.max(1, Math.floor(box.h))), each = box.h / rows;
      for (let r = 0; r < rows; r++) {
        const unit = Math.floor((r * H) / rows);
        x.fillStyle = colour(view, layer, shown, layer.arrays[shown][t * H + unit]);
        x.fillRect(box.x, box.y + r * each, box.w, each + (each > 4 ? -0.5 : 0.3));
      }
      const p = view.picked;
      if (p && p.layer === k && p.t === t && p.name === shown && p.column === undefined) {
        x.strokeStyle = c.accent; x.lineWidth = 2;
        x.strokeRect(box.x - 1, box.y + (p.unit / H) * box.h - 1, box.w + 2, Math.max(4, box.h / H) + 2);
      }
    });
    arrows(view, x, layer, k, t, t + way, T, left, cell, gap, y, h, states);
  }
}

// Forward: the state goes on, as wide as it is long. Backward: its gradient comes back, on a log scale.
function arrows(view, x, layer, k, t, next, T, left, cell, gap, y, h, states) {
  if (next < 0 || next >= T || part(view, t) !== part(view, next)) return;
  const { header, colours: c } = view, { H } = layer, [top, decades] = header.decades, way = next > t ? 1 : -1;
  const edge = way > 0 ? left(t) + cell - gap / 2 : left(t) + gap / 2, other = edge + way * gap;
  const returned = seen(view, k, next) === "gradients", known = seen(view, k, t);
  const cut = header.truncate && Math.max(count(view, layer, t), count(view, layer, next)) % header.truncate === 0;
  states.forEach((name, n) => {
    const at = y + (h * (n + 1)) / (states.length + 1);
    if (returned) {
      const size = norm(layer.arrays[`d${name}`], t, H), level = Math.max(0, Math.min(1, (Math.log10(size + 1e-30) - top + decades) / decades));
      if (!cut && known === "gradients") arrow(x, other, edge, at, 0.8 + 7 * level, header.colours[name]);
      else arrow(x, other, edge, at, 1, c.line, true);
    } else if (known) arrow(x, edge, other, at, 0.8 + 4 * Math.min(1, norm(layer.arrays[name], t, H) / Math.sqrt(H)), c.muted);
    else arrow(x, edge, other, at, 1, c.line);
  });
}

const part = (view, t) => view.header.parts.findIndex(([, start, stop]) => start <= t && t < stop);

// How many steps the cell has made before step t.
function count(view, layer, t) {
  const [, start, stop] = view.header.parts[part(view, t)];
  return layer.key[1] === "reverse" ? stop - 1 - t : t - start;
}

// Where a chunk begins, and where the decoder does.
function chunks(view, x, visible, left, top, bottom) {
  const { header, colours: c } = view, layer = view.layers[view.layer];
  for (const t of visible) {
    const [name, start] = header.parts[part(view, t)], n = count(view, layer, t);
    const edge = layer.key[1] === "reverse" ? left(t + 1) : left(t);
    if (header.truncate && n && n % header.truncate === 0) {
      x.strokeStyle = c.positive; x.lineWidth = 2; x.setLineDash([6, 4]);
      x.beginPath(); x.moveTo(edge, top - 6); x.lineTo(edge, bottom + 4); x.stroke(); x.setLineDash([]);
    }
    if (name && t === start) {
      x.strokeStyle = c.text; x.lineWidth = 1;
      x.beginPath(); x.moveTo(edge, top - 24); x.lineTo(edge, bottom + 26); x.stroke();
      write(x, header.strings[name], edge + 6, top - 12, c.muted, 12);
    }
  }
}

// Adds step t's term of dW_hh, the gradients of each block of pre-activations times the state that it had read.
function addTerm(layer, names, t, to) {
  const { H, arrays } = layer;
  names.forEach(([d, state], b) => {
    for (let j = 0; j < H; j++) {
      const delta = arrays[d][t * H + j], place = (b * H + j) * H;
      if (delta) for (let i = 0; i < H; i++) to[place + i] += delta * arrays[state][t * H + i];
    }
  });
}

// The sum of the terms of these steps. The layer keeps it: in a wide one each term has millions of numbers.
function summed(layer, names, steps, place) {
  const now = new Set(steps), size = names.length * layer.H ** 2;
  let sum = layer[place];
  if (!sum || [...sum.steps].some(t => !now.has(t))) sum = layer[place] = { steps: new Set(), values: new Float64Array(size) };
  for (const t of steps) if (!sum.steps.has(t)) {
    sum.steps.add(t);
    addTerm(layer, names, t, sum.values);
    sum.picture = null;
  }
  return sum;
}

// dW_hh of the chosen layer so far, this step's term beside it, and the size of every step's term.
export function drawSum(view) {
  const { header, colours: c, now } = view, layer = view.layers[view.layer], { H } = layer, T = header.symbols.length;
  const [x, width, height] = prepare(view.parts.sum), S = header.strings;
  const taken = [...Array(T).keys()].filter(t => seen(view, view.layer, t) === "gradients");
  write(x, taken.length ? S.sum : S["before sum"], 0, 10, c.text, 13, "left", 600);
  const names = header.terms.flatMap(([deltas, state]) => deltas.map(d => [d, state])), rows = names.length * H;
  const total = summed(layer, names, taken, "sum"), done = new Set(taken);
  const bars = Math.max(70, height * 0.24), room = height - bars - 66, wide = (width - 16) * 0.62, small = width - wide - 17;
  const most = matrix(view, x, total, rows, H, 30, 24, wide - 30, room);
  names.forEach(([d], b) => write(x, d.slice(1), 26, 24 + ((b + 0.5) * room) / names.length, header.colours[d.slice(-1)] || c.text, 12, "right", 600));
  if (now.stage === "backward") {
    const term = summed(layer, names, done.has(now.t) ? [now.t] : [], "term");
    matrix(view, x, term, rows, H, wide + 16, 24, small, room);
    write(x, S.term, wide + 16, 24 + room + 12, c.muted, 11);
  }
  write(x, `± ${short(most)}`, 30, 24 + room + 12, c.muted, 11);
  shares(view, x, done, height - bars, bars - 18, width, S);
  view.findTerm = (px, py) => {
    if (py >= height - bars - 4) {
      const t = Math.max(0, Math.min(T - 1, Math.floor((px / width) * T))), share = header.shares[view.layer][t] || 0;
      return { t, step: layer.key[1] === "reverse" ? T - 1 - t : t, share, whole: header.whole?.[view.layer][t] ?? share };
    }
    const unit = Math.floor(((py - 24) / room) * rows), column = Math.floor(((px - 30) / (wide - 30)) * H);
    if (unit < 0 || unit >= rows || column < 0 || column >= H || !taken.length) return null;
    return { layer: view.layer, t: now.t, name: names[Math.floor(unit / H)][0], unit: unit % H, column, value: total.values[unit * H + column] };
  };
}

// A sum of terms as a picture, and its largest size.
function matrix(view, x, sum, rows, columns, left, top, width, height) {
  const c = view.colours;
  if (sum.picture?.signed !== c.signed) sum.picture = painted(sum.values, rows, columns, c.signed);
  x.imageSmoothingEnabled = false;
  x.drawImage(sum.picture.buffer, left, top, width, height);
  x.strokeStyle = c.line; x.lineWidth = 1; x.strokeRect(left, top, width, height);
  return sum.picture.most;
}

function painted(values, rows, columns, signed) {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0), scale = most || 1;
  const image = new ImageData(columns, rows), pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < values.length; k++) pixels[k] = signed[Math.round(127.5 * (1 + values[k] / scale))];
  const buffer = new OffscreenCanvas(columns, rows);
  buffer.getContext("2d").putImageData(image, 0, 0);
  return { signed, buffer, most };
}

function shares(view, x, done, top, height, width, S) {
  const { header, colours: c, now } = view, own = header.shares[view.layer], whole = header.whole?.[view.layer] || own, T = header.symbols.length;
  const most = Math.max(...whole, ...own, 1e-30), each = width / T;
  write(x, S.shares, 0, top + 4, c.muted, 12);
  const base = top + height, room = height - 16;
  for (let t = 0; t < T; t++) {
    if (view.hover?.t === t) { x.strokeStyle = c.text; x.lineWidth = 1; x.strokeRect(t * each + 0.5, top + 12, Math.max(2, each - 1), height - 12); }
    const lost = (whole[t] / most) * room, kept = (own[t] / most) * room, at = t * each + each * 0.12, wide = Math.max(1, each * 0.76);
    x.fillStyle = c.line; x.fillRect(at, base - lost, wide, lost);
    if (done.has(t)) { x.fillStyle = t === now.t && now.stage === "backward" ? c.accent : header.colours.h; x.fillRect(at, base - kept, wide, kept); }
  }
  x.strokeStyle = c.line; x.beginPath(); x.moveTo(0, base); x.lineTo(width, base); x.stroke();
  write(x, "1", 2, base + 9, c.muted, 11);
  write(x, `t = ${T}`, width, base + 9, c.muted, 11, "right");
}
