// The task's own panel, by kind. A new kind is one file in this folder, its line here, and what it gets wrong in
// mistakes.js; in_words.js says what its picture shows.
//
// A panel is a function (view, canvas, frame, layout, results):
//   frame.output [T * labels] what the network says after each step of the probe, as read
//   layout       {symbols, answer, targets, drawing} of the probe      results  of the latest evaluation, or null

import { binary } from "./binary.js";
import { bits } from "./bits.js";
import { classes } from "./classes.js";
import { digits } from "./digits.js";
import { distances } from "./distances.js";
import { melody } from "./melody.js";
import { series } from "./series.js";
import { text } from "./text.js";
import { translation } from "./translation.js";
import { values } from "./values.js";

/** @import { Panel } from "../types.js" */

/** @type {Record<string, Panel>} */
export const PANELS = {
  binary,
  bits,
  classes,
  digits,
  distances,
  melody,
  series,
  text,
  translation,
  values,
};
