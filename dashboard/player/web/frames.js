// Bytes from dashboard/frames.py -> runs and their frames. The format is described there.

const MOST_BYTES = 64 * 2 ** 20; // of pictures kept; the curves are kept whole
const runs = new Map(); // at module level: the buffer outlives a remount and a visit to another page

export function decode(bytes) {
  const buffer = bytes.slice().buffer, view = new DataView(buffer);
  const json = (at, length) => JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, at, length)));
  const size = view.getUint32(0, true), header = json(4, size);
  if (!runs.has(header.run)) {
    runs.clear(); // one run at a time is enough to keep
    runs.set(header.run, { id: header.run, frames: [], curves: {}, position: 0, playing: false, bytes: 0, asked: 0 });
  }
  const run = runs.get(header.run);
  run.header = header;
  run.answered = performance.now();
  run.asked = 0;
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
        if (held) { run.position = k; run.bytes -= held.bytes; }
        put(run, k, frame);
      }
    }
    at = end;
  }
  return run;
}

function unpack(frame, buffer, at, header) {
  const { names, layers, H, labels, layouts } = header;
  const T = layouts[frame.layout].symbols.length, Q = names.length;
  const floats = layers.length * (Q + 1) * T + T * labels.length;
  const f = new Float32Array(buffer.slice(at, at + 4 * floats));
  const u = new Uint8Array(buffer.slice(at + 4 * floats, at + 4 * floats + layers.length * Q * 2 * T * H));
  frame.T = T;
  frame.bytes = f.byteLength + u.byteLength;
  frame.output = f.subarray(layers.length * (Q + 1) * T);
  frame.traces = layers.map(([layer, direction], l) => {
    const trace = { values: {}, grads: {}, norms: {}, ranges: {} };
    names.forEach((name, q) => {
      const n = (l * (Q + 1) + q) * T, m = (l * Q + q) * 2 * T * H;
      trace.norms[name] = f.subarray(n, n + T);
      trace.values[name] = u.subarray(m, m + T * H);
      trace.grads[name] = u.subarray(m + T * H, m + 2 * T * H);
      trace.ranges[name] = frame.ranges[`${layer} ${direction} ${name}`];
    });
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
  if (run.bytes > MOST_BYTES) thin(run);
}

// Drops every other picture of the older half; numbers stay, and scrubbing shows the nearest picture.
function thin(run) {
  let odd = false;
  for (const frame of run.frames.slice(0, Math.floor(run.frames.length * 0.75))) {
    if (!frame.traces) continue;
    if (odd) { run.bytes -= frame.bytes; frame.bytes = 0; delete frame.traces; delete frame.output; }
    odd = !odd;
  }
}

// The newest picture at or before position k, else the next one after it.
export function picture(run, k) {
  for (let j = k; j >= 0; j--) if (run.frames[j].traces) return run.frames[j];
  return run.frames.find(frame => frame.traces);
}

// The latest frame at or before k that carries a key such as "picture" or "diagnosis", and what it carries.
export function latestFrame(run, key, k) {
  for (let j = k; j >= 0; j--) if (run.frames[j][key]) return run.frames[j];
  return null;
}

export const latest = (run, key, k) => latestFrame(run, key, k)?.[key] ?? null;
