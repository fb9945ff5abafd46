// The loss-to-state triangle, live: when it plays, it draws one answer and then asks for the next.
// Bytes from dashboard/views/gradients/triangle.py: u32 length of header | header (JSON) | float32 [K, T] for each trace.

import { say } from "./canvas.js";
import { act, connect, isBusy, pull } from "./channel.js";
import { palette } from "./colours.js";
import { readArrays } from "./decode.js";
import { mountView } from "./mount.js";
import { keepPosition, positionOfLink } from "./position.js";
import { fill } from "./sentences.js";
import { drawTriangle } from "./triangle_drawing.js";
import { buildTrianglePage, fitTriangle, showChoices } from "./triangle_page.js";

/** @import { TriangleHeader, TriangleView } from "./triangle_types.js" */
/** @import { Component, StreamData } from "./types.js" */

const MOST_PAST = 4000; // updates whose horizons are kept; of more, every other one

// The view that was last on the page: another one, made anew, goes on where it stopped.
/** @type {TriangleView | null} */
let latest = null;

/**
 * @param {Component<StreamData>} component
 * @param {string} base
 */
export default function (component, base) {
  const view = mountView(component, base, makeView);
  if (!component.data) return;
  const position = () => ({ run: view.header?.run ?? "" });
  connect(view, component.data, { take: bytes => show(view, bytes), position });
  if (!view.parts) return;
  view.colours = palette(view.host); // the theme may be another one
  draw(view);
}

/**
 * @param {TriangleView} view
 * @param {Uint8Array} bytes
 */
function show(view, bytes) {
  takeData(view, bytes);
  goToLink(view);
  if (!view.parts) {
    view.parts = buildTrianglePage(view, {
      draw: () => draw(view),
      rest: () => redrawPage(view),
      train: updates => train(view, updates),
    });
  }
  view.colours = palette(view.host);
  showChoices(view, view.parts);
  draw(view);
  if (view.playing)
    requestAnimationFrame(() => train(view)); // only after this answer has been seen
  else redrawPage(view);
}

/**
 * The page around the triangle says how the run stood when the page was drawn: at rest, it is drawn again.
 * @param {TriangleView} view
 */
function redrawPage(view) {
  const { update } = view.header;
  if (view.drawnFor === update) return;
  if (view.drawnFor >= 0) view.trigger("redraw", { update });
  view.drawnFor = update;
}

/**
 * A view without data yet: `takeData` brings header and matrices, before anything else is called.
 * @param {HTMLElement} host
 */
function makeView(host) {
  const view = /** @type {TriangleView} */ (
    /** @type {unknown} */ ({
      ...{ host, drawn: 0, past: [], playing: false, k: -1, t: -1, trace: 0, drawnFor: -1 },
      ...{ relative: false, parts: null, locate: null },
    })
  );
  view.fit = () => {
    if (!view.parts) return;
    fitTriangle(view, view.parts);
    draw(view);
  };
  return view;
}

/** @param {TriangleView} view */
function goToLink(view) {
  const { header } = view;
  const position = positionOfLink("gradients", header.cursor);
  if (!position) return;
  view.relative = position.scale === "share";
  if (position.state) view.trace = Math.min(header.traces.length, position.state) - 1;
  if (position.loss) view.k = Math.min(header.at.length, position.loss) - 1;
  if (position.step) view.t = Math.min(header.symbols.length, position.step) - 1;
}

/**
 * @param {TriangleView} view
 * @param {Uint8Array} bytes
 */
function takeData(view, bytes) {
  /** @type {{ header: TriangleHeader, numbers: Float32Array }} */
  const { header, numbers } = readArrays(bytes);
  const cells = header.at.length * header.symbols.length;
  if (view.header?.run !== header.run) {
    if (latest?.header.run === header.run) {
      const { past, playing, k, t, trace, relative } = latest;
      Object.assign(view, { past, playing, k, t, trace, relative });
    } else Object.assign(view, { past: [], playing: false, k: -1, t: -1 });
    view.trace = Math.min(view.trace, header.traces.length - 1);
  }
  latest = view;
  if (header.stopped || !header.trains) view.playing = false;
  view.header = header;
  view.matrices = header.traces.map((_, k) => numbers.subarray(k * cells, (k + 1) * cells));
  keepHorizons(view);
}

/** @param {TriangleView} view */
function keepHorizons(view) {
  const { header, past } = view;
  const now = {
    update: header.update,
    horizons: header.traces.map(({ horizons }) => horizons[horizons.length - 1]),
  };
  if (!past.length || past[past.length - 1].update < header.update) past.push(now);
  else past[past.length - 1] = now; // another sequence is read
  if (past.length > MOST_PAST) view.past = past.filter((_, k) => k % 2 === 0);
}

/**
 * Asks for the next triangle, after so many updates or as many as the time allows.
 * @param {TriangleView} view
 * @param {number} updates
 */
function train(view, updates = 0) {
  const { header, parts } = view;
  if (!parts || !header.trains || header.stopped || !view.host.isConnected) return;
  if (document.hidden && !updates) {
    setTimeout(() => view.playing && train(view), 500);
    return;
  }
  const question = { run: header.run, n: updates || +parts.speed.value };
  if (updates) act(view, question);
  else pull(view, question);
}

/** @param {TriangleView} view */
function statusOf(view) {
  const { header, playing } = view;
  const S = header.strings;
  if (header.stopped) return S.stopped;
  if (playing) return S.running;
  return isBusy(view) ? S.training : S.paused;
}

/** @param {TriangleView} view */
function draw(view) {
  const { parts, header } = view;
  const S = header.strings;
  if (!parts) return;
  parts.play.setAttribute("aria-pressed", String(view.playing));
  for (const button of [parts.play, parts.step]) button.disabled = header.stopped;
  say(parts.status, fill(S.status, { n: header.update, doing: statusOf(view) }));
  const words = drawTriangle(view, parts.canvas);
  parts.words.setAttribute("aria-live", view.playing ? "off" : "polite");
  say(parts.words, words);
  if (!view.playing) parts.canvas.setAttribute("aria-label", words);
  view.drawn += 1;
  keepPosition("gradients", {
    run: header.run,
    loss: view.k < 0 ? null : view.k + 1,
    step: view.t < 0 ? null : view.t + 1,
    state: view.trace ? view.trace + 1 : null,
    scale: view.relative ? "share" : null,
  });
  Object.assign(parts.root.dataset, {
    update: header.update,
    drawn: view.drawn,
    row: view.k,
    time: view.t,
    horizon: header.traces[view.trace].horizons[header.at.length - 1],
    status: view.playing ? "playing" : "paused",
  });
}
