// One sentence of the reader's own; then the model answer beside it.

import { element } from "../../elements.js";

/** @import { Control, StepContext } from "../course_types.js" */

const MAX_CHARACTERS = 1500;
const FEWEST_CHARACTERS = 3;

/**
 * @param {StepContext} context
 * @returns {Control}
 */
export function buildExplanation(context) {
  const { strings: S, step } = context;
  const { text, isShown } = read(context.read());
  const area = element("textarea", {
    ...{ rows: "4", maxlength: String(MAX_CHARACTERS), "aria-label": S["your sentence"] },
    placeholder: S["your sentence"],
  });
  area.value = text;
  const compare = element("button", { type: "button", class: "primary" }, S["compare answers"]);
  const model = element("div", { class: "text" });
  model.innerHTML = step.answers?.answer ?? "";
  const answer = element(
    "section",
    { class: "model", tabindex: "-1", "aria-label": S["model answer"] },
    element("h4", {}, S["model answer"]),
    model,
  );
  const root = element("div", { class: "explain" }, area, compare, answer);
  let isDone = isShown;
  const show = () => {
    answer.hidden = !isDone;
    compare.hidden = isDone;
  };
  area.oninput = () => context.write({ text: area.value, isShown: isDone });
  const submitTyped = () => {
    if (area.value.trim().length < FEWEST_CHARACTERS) return false;
    isDone = true;
    show();
    context.write({ text: area.value, isShown: true });
    context.announce("");
    answer.focus();
    return true;
  };
  compare.onclick = () => {
    if (submitTyped()) return;
    context.announce(S["write first"]);
    area.focus();
  };
  show();
  return { root, isDone: () => isDone, needs: S["write first"], submitTyped };
}

/**
 * @param {unknown} value what is stored
 * @returns {{ text: string, isShown: boolean }}
 */
function read(value) {
  const { text, isShown } = /** @type {{ text?: unknown, isShown?: unknown }} */ (value ?? {});
  return { text: typeof text === "string" ? text : "", isShown: isShown === true };
}
