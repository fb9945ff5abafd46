// Bytes from dashboard/frames.py -> runs and their frames. The format is described there.

const MOST_BYTES = 64 * 2 ** 20; // of pictures kept; the curves are kept whole
const runs = new Map(); // at module level: the buffer outlives a remount and a visit to another page

// A run of a comparison is called "group.letter".
const group = id => (id.includes(".") ? id.split(".")[0] : "");

// Of the runs of one page only the present ones are kept, and those of the other page.
function make(id) {
  for (const other of runs.keys()) if (id.includes(".") === other.includes(".") && (!group(id) || group(id) !== group(other))) runs.delete(other);
  runs.set(id, { id, frames: [], curves: {}, position: 0, playing: false, bytes: 0, asked: 0 });
}

// Several runs that are played as one: {id, columns: [run], frames of the longest, position, playing}.
const groups = new Map();

export function decodeGroup(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), size = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  if (!groups.has(header.run)) {
    groups.clear();
    groups.set(header.run, { id: header.run, columns: [], frames: [], curves: {}, position: 0, playing: false });
  }
  const whole = groups.get(header.run);
  let again = false;
  whole.columns = [];
  for (let at = 4 + size; at < bytes.byteLength;) {
    const length = view.getUint32(at, true), run = decode(bytes.subarray(at + 4, at + 4 + length), true);
    again ||= run.replaced;
    whole.columns.push(run);
    at += 4 + length;
  }
  whole.header = header;
  whole.asked = 0;
  whole.frames = whole.columns.reduce((a, b) => (b.frames.length > a.frames.length ? b : a)).frames;
  if (again) whole.position = whole.frames.length - 1;
  // All are thinned alike, so that the same updates stay to be compared.
  if (whole.columns.reduce((sum, run) => sum + run.bytes, 0) > MOST_BYTES) for (const run of whole.columns) thin(run, whole.frames.length);
  return whole;
}

// Bytes of `arrays` in dashboard/frames.py: the header, and all numbers of the blocks one after the other.
export function readArrays(bytes) {
  const buffer = bytes.slice().buffer, size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  return { header, numbers: new Float32Array(buffer.slice(4 + size)) };
}

export function decode(bytes, grouped = false) {
  const buffer = bytes.slice().buffer, view = new DataView(buffer);
  const json = (at, length) => JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, at, length)));
  const size = view.getUint32(0, true), header = json(4, size);
  if (!runs.has(header.run)) make(header.run);
  const run = runs.get(header.run), fresh = !run.frames.length;
  run.header = header;
  run.answered = performance.now();
  run.asked = 0;
  run.replaced = false;
  let at = 4 + size;
  for (let k = header.start; k < header.start + header.count; k++) {
    const length = view.getUint32(at, true), end = at + 4 + length;
    const headSize = view.getUint32(at + 4, true);
    const held = run.frames[k];
    if (k <= run.frames.length) {
      const head = json(at + 8, headSize);
      if (!held || head.layout > held.layout) {
        const frame = { ...head, bytes: 0 };
        if (head.ranges) unpack(frame, buffer, at + 8 + headSize, header);
        if (held) { run.replaced = true; run.position = k; run.bytes -= held.bytes; }
        put(run, k, frame);
        if (!grouped && run.bytes > MOST_BYTES) thin(run, run.frames.length);
      }
    }
    at = end;
  }
  if (fresh && header.resumed) run.position = run.frames.length - 1; // a saved run opens where it stands
  return run;
}

function unpack(frame, buffer, at, header) {
  const { names, layers, sizes, labels, layouts } = header;
  const T = layouts[frame.layout].symbols.length, Q = names.length;
  const floats = layers.length * (Q + 1) * T + T * labels.length;
  const f = new Float32Array(buffer.slice(at, at + 4 * floats));
  const units = sizes.reduce((sum, H) => sum + H, 0);
  const u = new Uint8Array(buffer.slice(at + 4 * floats, at + 4 * floats + Q * 2 * T * units));
  let below = 0; // bytes of the layers before this one
  frame.T = T;
  frame.bytes = f.byteLength + u.byteLength;
  frame.output = f.subarray(layers.length * (Q + 1) * T);
  frame.traces = layers.map(([layer, direction], l) => {
    const H = sizes[l], trace = { H, values: {}, grads: {}, norms: {}, ranges: {} };
    names.forEach((name, q) => {
      const n = (l * (Q + 1) + q) * T, m = below + q * 2 * T * H;
      trace.norms[name] = f.subarray(n, n + T);
      trace.values[name] = u.subarray(m, m + T * H);
      trace.grads[name] = u.subarray(m + T * H, m + 2 * T * H);
      trace.ranges[name] = frame.ranges[`${layer} ${direction} ${name}`];
    });
    below += Q * 2 * T * H;
    trace.shares = f.subarray((l * (Q + 1) + Q) * T, (l + 1) * (Q + 1) * T);
    return trace;
  });
}

function put(run, k, frame) {
  run.frames[k] = frame;
  run.bytes += frame.bytes;
  for (const [name, value] of Object.entries(frame.scalars)) {
    const curve = (run.curves[name] ||= []);
    const point = [k, value];
    if (curve.length && curve[curve.length - 1][0] === k) curve[curve.length - 1] = point;
    else curve.push(point);
  }
}

// Drops every other picture of the older half; numbers stay, and scrubbing shows the nearest picture.
function thin(run, length) {
  let odd = false;
  for (const frame of run.frames.slice(0, Math.floor(length * 0.75))) {
    if (!frame.traces) continue;
    if (odd) { run.bytes -= frame.bytes; frame.bytes = 0; delete frame.traces; delete frame.output; }
    odd = !odd;
  }
}

// The newest picture at or before position k, else the next one after it.
export function picture(run, k) {
  for (let j = Math.min(k, run.frames.length - 1); j >= 0; j--) if (run.frames[j].traces) return run.frames[j];
  return run.frames.find(frame => frame.traces);
}

// The latest frame at or before k that carries a key such as "picture" or "diagnosis", and what it carries.
export function latestFrame(run, key, k) {
  for (let j = Math.min(k, run.frames.length - 1); j >= 0; j--) if (run.frames[j][key]) return run.frames[j];
  return null;
}

export const latest = (run, key, k) => latestFrame(run, key, k)?.[key] ?? null;
