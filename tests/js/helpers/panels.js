// A task's panel drawn on a recorded canvas.

import { COLOURS, recordedCanvas, STRINGS, texts } from "./canvas.js";

export const { PANELS } = await import("../../../dashboard/player/web/panels/index.js");

// header: what the panel asks of the run; t: the step that is lit, -1: none.
export function drawn(kind, { header, t, output, layout, picture = null, index = 1, aside }) {
  const canvas = recordedCanvas(400, 300);
  const { labels } = header;
  const frame = { T: output.length / labels.length, output, index, aside };
  const run = { header: { layers: [[0, "forward"]], strings: STRINGS, names: ["h"], ...header } };
  PANELS[kind]({ t, run, colours: COLOURS }, canvas, frame, layout, picture);
  return canvas;
}

// The texts that are marked as right.
export const marked = canvas =>
  texts(canvas)
    .filter(({ colour }) => colour === "accent")
    .map(({ text }) => text);
