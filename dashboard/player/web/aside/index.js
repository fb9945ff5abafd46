// Beside the rows: how good the network is, what it gets wrong, and folded below, the numbers behind it.

import { say } from "../canvas.js";
import { element } from "../page.js";
import { diagnosisAt } from "../progress.js";
import { buildElsewhere, buildMeasuresElsewhere, drawElsewhere } from "./elsewhere.js";
import { fold } from "./folds.js";
import { buildHeadline, drawHeadline } from "./headline.js";
import { buildMeasures, drawMeasure } from "./measures.js";
import { buildWeights, drawWeights } from "./weights.js";
import { buildWrong, drawWrong } from "./wrong.js";

/** @import { Layout, LiveView, RecordedFrame, RunHeader } from "../types.js" */

/**
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @param {HTMLElement} card of the example, under the headline
 */
export function buildAside(parent, header, card) {
  const { elsewhere, strings: S } = header;
  const afar = elsewhere && buildElsewhere(parent, header, elsewhere);
  const headline = elsewhere ? null : buildHeadline(parent, header);
  parent.append(card);
  const weights = buildWeights(parent, header); // so high that they and Play are in sight together
  const wrong = elsewhere ? null : buildWrong(parent, header);
  const measures = elsewhere
    ? buildMeasuresElsewhere(parent, elsewhere)
    : buildMeasures(parent, header);
  const diagnosis = element("div", { class: "diagnosis" });
  parent.append(fold("numbers-say", S["numbers say"], true, diagnosis).details);
  const first = afar ?? headline;
  const charts = [...(first ? [first.chart] : []), ...measures.map(({ chart }) => chart)];
  return { afar, headline, wrong, measures, weights, diagnosis, charts };
}

/**
 * @param {LiveView} view
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 */
export function drawAside(view, frame, layout) {
  const { run } = view;
  const { afar, headline, wrong, measures, weights, diagnosis } = view.page.aside;
  if (afar) drawElsewhere(view, afar);
  if (headline) drawHeadline(view, headline);
  if (wrong) drawWrong(view, wrong, frame, layout);
  for (const measure of measures) drawMeasure(view, measure);
  drawWeights(run, weights);
  say(diagnosis, diagnosisAt(run, run.frames[run.position].index));
}
