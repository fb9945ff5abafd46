// The live view of one run. Python trains and answers; everything that moves, moves here.

import { drawAside } from "./aside/index.js";
import { notify } from "./channel.js";
import { offerNow } from "./course/now.js";
import { nowOfLive } from "./course/run_now.js";
import { decode, findRun, frameAt } from "./decode.js";
import { showCard } from "./examples/card.js";
import { follow } from "./examples/follow.js";
import { buildLivePage } from "./live_page.js";
import { mountView, spoken } from "./mount.js";
import { beginRun, connectPlayer, makePlayerView, takeAnswer } from "./playback.js";
import { scrubOn } from "./player_controls.js";
import { pictureOf, showAnswer, showProgress } from "./progress.js";
import { sendAction } from "./pulling.js";
import { recallFrame } from "./recall.js";
import { drawRows, wireRows } from "./rows/index.js";
import { showSentence } from "./top/sentence.js";

/** @import { Component, LiveData, LiveView, Run } from "./types.js" */

/**
 * @param {Component<LiveData>} component
 * @param {string} base
 */
export default function (component, base) {
  /** @type {LiveView} */
  const view = mountView(component, base, host => makePlayerView(host, draw));
  if (!component.data) return;
  Object.assign(view, { back: component.data.back, said: component.data });
  const former = findRun(component.data.stamp[0]);
  if (former?.header.language === spoken() && view.run !== former) {
    show(view, former); // the reader comes back to it
    view.left = former.frames.length;
  }
  const isAnother = connectPlayer(view, component.data, bytes => show(view, decode(bytes)));
  // What was trained on a server that has been started anew goes on, as it was last saved.
  if (view.run) showPageData(view);
  if (isAnother && view.run?.frames.length > 1) {
    const { saved } = view.run.header;
    sendAction(view, { kind: "reopen", saved, run: component.data.stamp[0] });
  }
}

/**
 * @param {LiveView} view
 * @param {Run} run as it was just answered for
 */
function show(view, run) {
  if (view.run !== run) {
    beginRun(view, run, build);
    if (run.header.elsewhere?.isRunning) run.playing = true; // it is watched while it trains
  }
  goToNewest(view);
  takeAnswer(view);
  showAnswer(view, run.header);
  showPageData(view);
  notify(view, run.header.notice);
}

/**
 * Another page has trained the run since the reader left this one: it stands where those updates led.
 * @param {LiveView} view
 */
function goToNewest(view) {
  const { left, run } = view;
  if (left && run.frames.length > left && !run.playing) run.position = run.frames.length - 1;
  view.left = 0;
}

/**
 * What the page said when it was drawn last.
 * @param {LiveView} view
 */
function showPageData(view) {
  const { back } = view.page;
  back.hidden = !view.back;
  back.title = view.back;
  showSentence(view, view.said.sentence);
  showCard(view, view.said.example);
}

/** @param {LiveView} view */
function build(view) {
  const { run, host } = view;
  const { header } = run;
  const page = buildLivePage(host, header, () => {
    const update = run.frames[run.position].index;
    return pictureOf(view, view.page.root, `${header.file}-update-${update}`);
  });
  view.page = page;
  view.charts = page.aside.charts;
  showPageData(view); // at once, so that what has the focus in the sentence keeps it
  page.back.onclick = () => view.trigger("back", { from: run.id });
  wireRows(view);
  offerNow(view, {
    read: () => nowOfLive(view),
    act: (verb, argument) => follow(view, verb, argument),
  });
  scrubOn(view, view.charts);
}

/** @param {LiveView} view */
function draw(view) {
  const { run, page: p } = view;
  const { header } = run;
  const frame = frameAt(run, run.position);
  if (!frame) return;
  const layout = header.layouts[frame.layout];
  const trace = frame.traces[Math.min(view.layer, frame.traces.length - 1)];
  const update = run.frames[run.position].index;
  showProgress(view, frame, update);
  drawRows(view, frame, trace, layout);
  drawAside(view, frame, layout);
  recallFrame(view);
  p.root.dataset.loss = String(frame.scalars.loss ?? "");
}
