// A step that waits until the run has come so far; who is stuck may go on all the same.

import { say } from "../../canvas.js";
import { element } from "../../elements.js";
import { writeCount } from "../../numbers.js";
import { fill } from "../../sentences.js";
import { metricOf, writeValue } from "../values.js";

/** @import { Control, Now, StepContext, Until } from "../course_types.js" */

const PATIENCE_SECONDS = 60;
// Within so long the page may still show the run of the step before.
const SETTLE_SECONDS = 5;

/**
 * @param {StepContext} context
 * @returns {Control}
 */
export function buildUntil(context) {
  const { strings: S, step } = context;
  const until = /** @type {Until} */ (step.until);
  const bar = element("progress", { max: "1", value: "0", "aria-label": S["kind until"] });
  const words = element("p", { class: "so-far" });
  const spoken = element("p", { class: "spoken", role: "status" });
  const stuck = element(
    "button",
    { type: "button", class: "anyway", hidden: "" },
    S["go on anyway"],
  );
  const root = element("div", { class: "until" }, bar, words, spoken, stuck);
  let isReached = context.read() === true;
  let trained = 0; // seconds
  let before = 0;
  /** @type {string | null} */
  let first = null; // the run that was there when the step was entered
  const reach = () => {
    isReached = true;
    context.write(true);
  };
  stuck.onclick = reach;
  return {
    root,
    isDone: () => isReached,
    needs: S["not yet"],
    line: () => words.textContent ?? "",
    follow(now, seconds) {
      first ??= now?.run ?? null;
      const isSettled = isOfThisStep(now, first, seconds);
      if (isSettled && (now?.playing || !now?.run)) trained += seconds - before;
      before = seconds;
      const { share, sentence } = howFar(until, isSettled ? now : null, trained, S);
      if (share >= 1 && !isReached) {
        reach();
        say(spoken, S["come so far"]);
      }
      bar.value = isReached ? 1 : Math.max(0, share);
      say(words, isReached ? S["come so far"] : sentence);
      stuck.hidden = isReached || !(now?.over || seconds > PATIENCE_SECONDS);
    },
  };
}

/**
 * Whether what is shown counts: another run than was there when the step was entered, or the same for so long, that it
 * goes on in this step; a step that begins a run anew does not count what the one before has trained.
 * @param {Now | null} now
 * @param {string | null} first
 * @param {number} seconds since the step was entered
 */
export const isOfThisStep = (now, first, seconds) =>
  !!now && (now.run !== first || seconds >= SETTLE_SECONDS);

/**
 * @param {Until} until
 * @param {Now | null} now
 * @param {number} seconds
 * @param {Record<string, string>} S
 */
export function howFar({ update, metric, reaches = 0, seconds: wanted, column }, now, seconds, S) {
  if (wanted !== undefined)
    return {
      share: seconds / wanted,
      sentence: fill(S["seconds of"], { n: Math.floor(seconds), of: wanted }),
    };
  if (!now) return { share: 0, sentence: S["wait for page"] };
  if (update !== undefined)
    return {
      share: now.update / update,
      sentence: fill(S["update of"], { n: writeCount(now.update), of: writeCount(update) }),
    };
  const value = metric ? metricOf(now, metric, column) : null;
  if (value === null) return { share: 0, sentence: S["not tested"] };
  // The direction in which the headline is better is that of every metric that a lesson waits for.
  const share = now.rises ? value / reaches : reaches / value;
  return {
    share,
    sentence: fill(S["metric of"], { n: writeValue(value), of: writeValue(reaches) }),
  };
}
