// What the page says of the run as it stands.

import { say } from "./canvas.js";
import { latestFrame } from "./decode.js";
import { forgetLegend } from "./legend.js";
import { keepForLink } from "./link.js";
import { writeCount } from "./numbers.js";
import { fill } from "./sentences.js";

/** @import { Frame, Group, GroupHeader, PlayerView, Run, RunHeader } from "./types.js" */

/**
 * The strip of controls, as the run stands.
 * @param {PlayerView} view
 * @param {Frame} frame the one whose recording is shown
 * @param {number} update the one that is looked at
 */
export function showProgress(view, frame, update) {
  const { run, page: p } = view;
  const last = run.frames.length - 1;
  const { banner } = run.header;
  if (view.slow) view.show = view.slow.stage === "backward" ? "gradients" : "values"; // what flows is shown
  if (p.show.value !== view.show) p.show.value = view.show;
  p.banner.hidden = !(banner && run.position >= banner.frame); // not before it is seen
  press(p.play, run.playing);
  press(p.slow, !!view.slow);
  p.scrub.max = String(last + Math.max(0, (run.goal || 0) - run.frames[last].index));
  p.scrub.value = String(run.position);
  say(p.count, writeCount(update));
  say(p.status, statusOf(view, frame));
  view.drawn += 1;
  keepForLink(view, update);
  Object.assign(p.root.dataset, {
    update,
    status: run.playing ? "playing" : "paused",
    drawn: view.drawn,
    run: run.id,
    time: view.t,
  });
}

/**
 * A toggle keeps its name; whether it is on is said beside it.
 * @param {HTMLElement} button
 * @param {boolean} isOn
 */
function press(button, isOn) {
  if (button.getAttribute("aria-pressed") !== String(isOn))
    button.setAttribute("aria-pressed", String(isOn));
}

/**
 * @param {PlayerView} view
 * @param {Frame} frame
 */
function statusOf(view, frame) {
  const run = view.run;
  const S = run.header.strings;
  const last = run.frames.length - 1;
  const waits = run.playing && run.position >= last && !run.header.done;
  const isNearest = !run.goal && frame !== run.frames[run.position] && view.speed <= 60;
  let doing = run.playing ? S.running : S.paused;
  if (waits) doing = S.waiting;
  if (run.goal) doing = fill(S["training to"], { n: run.goal });
  const parts = [doing];
  if (run.position < last && !run.goal)
    parts.unshift(fill(S["of all"], { all: run.frames[last].index }));
  if (view.slow) parts.push(S[`slow ${view.slow.stage}`]);
  if (isNearest) parts.push(fill(S.nearest, { n: frame.index }));
  return parts.join(" · ");
}

/**
 * What a picture of the page is made of; see snapshot.js.
 * @template {Run | Group} Played
 * @param {PlayerView<Played>} view
 * @param {HTMLElement} root
 * @param {string} name
 */
export function pictureOf(view, root, name) {
  const redraw = () => {
    forgetLegend(view.page.legend);
    view.draw(view);
  };
  return { root, colours: view.colours, name, redraw };
}

/**
 * What changes only with an answer from Python: the banner, the sequence that is watched.
 * @param {PlayerView} view
 * @param {RunHeader | GroupHeader} header
 */
export function showAnswer(view, header) {
  const p = view.page;
  const layout = header.layouts[header.layouts.length - 1];
  const { banner } = view.run.header;
  if (banner) {
    p.bannerText.textContent = banner.text;
    p.bannerButton.textContent = banner.button;
  }
  p.error.textContent = header.probe.error;
  const focused = /** @type {Document | ShadowRoot} */ (p.root.getRootNode()).activeElement;
  if (focused !== p.probe) {
    const between = layout.symbols.some(symbol => symbol.length > 1) ? " " : "";
    p.probe.value = header.probe.text || layout.drawing.text || layout.symbols.join(between);
  }
  p.answer.textContent = layout.answer
    ? fill(header.strings.answer, { answer: layout.answer })
    : "";
}

/**
 * The latest diagnosis; it may be older than the frame: then it says of when it is.
 * @param {Run} run
 * @param {number} update the one that is shown
 * @param {number} position
 */
export function diagnosisAt(run, update, position = run.position) {
  const frame = latestFrame(run, "diagnosis", position);
  if (!frame?.diagnosis) return "";
  const sentence = frame.diagnosis[1][run.header.language];
  if (frame.index === update) return sentence;
  return fill(run.header.strings["at update"], { n: frame.index, sentence });
}
