// The step that is lit on the Live page and the one at the cursor here are one: either page begins where the other was.

import { allPositions, keepPosition } from "./position.js";

const LIVE = ""; // its address

/**
 * The position on Live, while it shows the run that is read here.
 * @param {string} reading the name of a reading, which begins with its run's
 */
function liveOf(reading) {
  const live = allPositions()[LIVE];
  return live && live.run === reading.split(".")[0] ? live : null;
}

/**
 * @param {string} reading
 * @returns {number} from 0; -1 where none is lit
 */
export function litStepOf(reading) {
  const step = liveOf(reading)?.step;
  return typeof step === "number" ? step - 1 : -1;
}

/**
 * Live, which has been shown, will light this step of its run.
 * @param {string} reading
 * @param {number | undefined} t
 */
export function keepLitStep(reading, t) {
  const live = liveOf(reading);
  if (live && t !== undefined && live.step !== t + 1) keepPosition(LIVE, { ...live, step: t + 1 });
}
