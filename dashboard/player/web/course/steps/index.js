// The one control of a step, by its kind; a step to read has none.

import { buildCheck } from "./check.js";
import { buildExplanation } from "./explain.js";
import { buildPrediction } from "./predict.js";
import { buildReveal } from "./reveal.js";
import { buildTransfer } from "./transfer.js";
import { buildUntil } from "./until.js";

/** @import { Control, StepContext } from "../course_types.js" */

/** @type {Record<string, (context: StepContext) => Control>} */
const KINDS = {
  predict: buildPrediction,
  until: buildUntil,
  reveal: buildReveal,
  explain: buildExplanation,
  check: buildCheck,
  transfer: buildTransfer,
};

/**
 * @param {StepContext} context
 * @returns {Control | null}
 */
export const buildControl = context => KINDS[context.step.kind]?.(context) ?? null;
