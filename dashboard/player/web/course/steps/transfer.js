// An open task: it is done when the reader says so; a model answer may stand beside it.

import { element } from "../../elements.js";

/** @import { Control, StepContext } from "../course_types.js" */

/**
 * @param {StepContext} context
 * @returns {Control}
 */
export function buildTransfer(context) {
  const { strings: S, step } = context;
  const answer = element("div", { class: "model text", hidden: "" });
  answer.innerHTML = step.answers?.answer ?? "";
  const done = element("button", { type: "button", class: "primary" }, S["i tried it"]);
  const root = element("div", { class: "transfer" }, done, answer);
  const show = () => {
    done.hidden = true;
    answer.hidden = !step.answers?.answer;
  };
  done.onclick = () => {
    context.write(true);
    show();
  };
  if (context.read() === true) show();
  return { root, isDone: () => true };
}
