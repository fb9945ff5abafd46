// The task's own picture, by kind. A new kind is one file in pictures/ and its line here.
//
// A picture is a function (view, canvas, frame, layout, picture):
//   frame.output [T * labels] what the network says after each step of the probe, as read
//   layout       {symbols, answer, targets, drawing} of the probe      picture  the latest evaluation's, or null

import { bits } from "./pictures/bits.js";
import { classes } from "./pictures/classes.js";
import { digits } from "./pictures/digits.js";
import { distances } from "./pictures/distances.js";
import { melody } from "./pictures/melody.js";
import { series } from "./pictures/series.js";
import { text } from "./pictures/text.js";
import { translation } from "./pictures/translation.js";
import { values } from "./pictures/values.js";

export const PANELS = { bits, classes, digits, distances, melody, series, text, translation, values };
