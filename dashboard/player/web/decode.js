// Bytes from dashboard/player/encoding.py -> runs and their frames. The format is described there.

import { addPoint } from "./curve_points.js";
import { noteChanges } from "./range_changes.js";

/** @import { Frame, Group, GroupHeader, LayerFrame, RecordedFrame, Run, RunHeader } from "./types.js" */

const MOST_BYTES = 64 * 2 ** 20; // of recordings kept; the curves are kept whole
// At module level: the buffer outlives a remount and a visit to another page.
/** @type {Map<string, Run>} */
const runs = new Map();
let latest = ""; // the single run that was answered for last

// A run of a comparison is called "group.letter".
/** @param {string} id */
const groupOf = id => (id.includes(".") ? id.split(".")[0] : "");

// Of a comparison the present runs are kept. Of single runs the present one, too, and the one before it, to which the
// reader may go back.
/** @param {string} id of the run that is new */
function forgetRuns(id) {
  const others = [...runs.keys()].filter(other => id.includes(".") === other.includes("."));
  const kept = groupOf(id) ? others.filter(other => groupOf(other) === groupOf(id)) : [latest];
  for (const other of others) if (!kept.includes(other)) runs.delete(other);
}

/**
 * The run of this name, if its frames are here.
 * @param {string} id
 */
export const findRun = id => runs.get(id);

/**
 * @param {string} id
 * @param {RunHeader} header
 */
function makeRun(id, header) {
  forgetRuns(id);
  /** @type {Run} */
  const run = {
    ...{ id, header, frames: [], curves: {}, position: 0, playing: false },
    ...{ bytes: 0, replaced: false },
  };
  runs.set(id, run);
  return run;
}

/** @type {Map<string, Group>} */
const groups = new Map();

/**
 * @param {GroupHeader} header
 * @returns {Group}
 */
function makeGroup(header) {
  const id = header.run;
  /** @type {Group} */
  const whole = {
    ...{ id, header, columns: [], frames: [], curves: {}, position: 0, playing: false },
  };
  groups.clear();
  groups.set(id, whole);
  return whole;
}

/**
 * The runs of this name, if their frames are here.
 * @param {string} id
 */
export const findGroup = id => groups.get(id);

/** @param {Uint8Array} bytes */
export function decodeGroup(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const former = groups.get(header.run);
  const whole = former ?? makeGroup(header);
  let again = !former;
  whole.columns = [];
  for (let at = 4 + size; at < bytes.byteLength; ) {
    const length = view.getUint32(at, true);
    const run = decode(bytes.subarray(at + 4, at + 4 + length), true);
    again ||= run.replaced;
    whole.columns.push(run);
    at += 4 + length;
  }
  whole.header = header;
  whole.frames = whole.columns.reduce((a, b) => (b.frames.length > a.frames.length ? b : a)).frames;
  if (again) whole.position = whole.frames.length - 1;
  // All are thinned alike, so that the same updates stay to be compared.
  if (whole.columns.reduce((sum, run) => sum + run.bytes, 0) > MOST_BYTES)
    for (const run of whole.columns) thin(run, whole.frames.length);
  return whole;
}

/**
 * Bytes of `arrays` in dashboard/player/encoding.py: the header, and all numbers of the blocks one after the other.
 * @template Header
 * @param {Uint8Array} bytes
 * @returns {{ header: Header, numbers: Float32Array }}
 */
export function readArrays(bytes) {
  const buffer = bytes.slice().buffer;
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  return { header, numbers: new Float32Array(buffer.slice(4 + size)) };
}

/**
 * The run that the bytes tell of, with the frames that it did not have yet.
 * @param {Uint8Array} bytes
 * @param {boolean} grouped
 */
export function decode(bytes, grouped = false) {
  const buffer = bytes.slice().buffer;
  const view = new DataView(buffer);
  /**
   * @param {number} at
   * @param {number} length
   */
  const json = (at, length) =>
    JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, at, length)));
  const size = view.getUint32(0, true);
  /** @type {RunHeader} */
  const header = json(4, size);
  const run = runs.get(header.run) ?? makeRun(header.run, header);
  if (!grouped) latest = run.id;
  const isNew = !run.frames.length;
  run.header = header;
  run.replaced = false;
  let at = 4 + size;
  for (let k = header.start; k < header.start + header.count; k++) {
    const length = view.getUint32(at, true);
    const headSize = view.getUint32(at + 4, true);
    if (k <= run.frames.length) {
      /** @type {Frame} */
      const frame = { ...json(at + 8, headSize), bytes: 0 };
      if (isWanted(run, k, frame)) {
        if (frame.ranges) unpack(frame, buffer, at + 8 + headSize, header);
        putFrame(run, k, frame);
        if (!grouped && run.bytes > MOST_BYTES) thin(run, run.frames.length);
      }
    }
    at += 4 + length;
  }
  if (isNew) run.position = run.frames.length - 1; // saved, or trained on another page: it opens where it stands
  return run;
}

/**
 * Whether a frame is new, or is the newest once more, now that another sequence is read.
 * @param {Run} run
 * @param {number} k
 * @param {Frame} frame
 */
const isWanted = (run, k, frame) =>
  !run.frames[k] || frame.layout > run.frames[k].layout || isRecalled(run, k, frame);

/**
 * Whether it brings the recording of a frame that had only numbers, of a training elsewhere.
 * @param {Run} run
 * @param {number} k
 * @param {Frame} frame
 */
const isRecalled = (run, k, frame) =>
  !!run.header.elsewhere && !!frame.ranges && !isRecorded(run.frames[k]);

/**
 * The blocks behind a frame's head.
 * @param {Frame} frame
 * @param {ArrayBuffer} buffer
 * @param {number} at
 * @param {RunHeader} header
 */
function unpack(frame, buffer, at, { names, layers, sizes, labels, layouts }) {
  const T = layouts[frame.layout].symbols.length;
  const Q = names.length;
  const floats = layers.length * (Q + 1) * T + T * labels.length;
  const f = new Float32Array(buffer.slice(at, at + 4 * floats));
  const units = sizes.reduce((sum, H) => sum + H, 0);
  const u = new Uint8Array(buffer.slice(at + 4 * floats, at + 4 * floats + Q * 2 * T * units));
  let below = 0; // bytes of the layers before this one
  frame.T = T;
  frame.bytes = f.byteLength + u.byteLength;
  frame.output = f.subarray(layers.length * (Q + 1) * T);
  frame.traces = layers.map(([layer, direction], l) => {
    const H = sizes[l];
    const shares = f.subarray((l * (Q + 1) + Q) * T, (l + 1) * (Q + 1) * T);
    /** @type {LayerFrame} */
    const trace = { H, values: {}, grads: {}, norms: {}, ranges: {}, shares };
    names.forEach((name, q) => {
      const n = (l * (Q + 1) + q) * T;
      const m = below + q * 2 * T * H;
      trace.norms[name] = f.subarray(n, n + T);
      trace.values[name] = u.subarray(m, m + T * H);
      trace.grads[name] = u.subarray(m + T * H, m + 2 * T * H);
      trace.ranges[name] = frame.ranges?.[`${layer} ${direction} ${name}`] ?? 1;
    });
    below += Q * 2 * T * H;
    return trace;
  });
}

/**
 * @param {Run} run
 * @param {number} k
 * @param {Frame} frame
 */
function putFrame(run, k, frame) {
  const former = run.frames[k];
  if (former) {
    run.replaced = true;
    if (!run.header.elsewhere) run.position = k; // else it is an older one, and the reader may be elsewhere by now
    run.bytes -= former.bytes;
  }
  if (isRecorded(frame)) noteChanges(frame, k ? frameAt(run, k - 1) : undefined, k);
  run.frames[k] = frame;
  run.bytes += frame.bytes;
  if (former && run.header.elsewhere) {
    frame.scalars = former.scalars; // on the curves already
    return;
  }
  for (const [name, value] of Object.entries(frame.scalars)) {
    run.curves[name] ||= [];
    addPoint(run.curves[name], [k, value]);
  }
}

// Drops every other recording of the older three quarters; scalars stay, and scrubbing shows the nearest frame.
/**
 * @param {Run} run
 * @param {number} length
 */
function thin(run, length) {
  let odd = false;
  for (const frame of run.frames.slice(0, Math.floor(length * 0.75))) {
    if (!frame.traces) continue;
    if (odd) {
      run.bytes -= frame.bytes;
      frame.bytes = 0;
      delete frame.traces;
      delete frame.output;
    }
    odd = !odd;
  }
}

/**
 * The nearest frame with a recording: the newest at or before position k, else the next one after it.
 * @param {Run | Group} run
 * @param {number} k
 */
export function frameAt(run, k) {
  for (let j = Math.min(k, run.frames.length - 1); j >= 0; j--)
    if (isRecorded(run.frames[j])) return /** @type {RecordedFrame} */ (run.frames[j]);
  return run.frames.find(isRecorded);
}

/**
 * @param {Frame} frame
 * @returns {frame is RecordedFrame}
 */
const isRecorded = frame => frame.traces !== undefined;

/**
 * T of the sequence that is shown.
 * @param {Run | Group} run
 */
export const stepsAt = run => frameAt(run, run.position)?.T ?? 0;

/**
 * The latest frame at or before k that carries such results.
 * @param {Run} run
 * @param {"picture" | "diagnosis" | "reach"} key
 * @param {number} k
 */
export function latestFrame(run, key, k) {
  for (let j = Math.min(k, run.frames.length - 1); j >= 0; j--)
    if (run.frames[j][key]) return run.frames[j];
  return null;
}
