// Melody: what the network plays for each scale, fed with its own notes.

import { prepare, write, writeWithin } from "../canvas.js";
import { fill } from "../sentences.js";
import { drawBars, likeliestAt, litStep, targetAt } from "./output.js";

/** @import { Layout, Palette, Pen, RecordedFrame, RunView } from "../types.js" */

/** @typedef {{ scales: string[], notes: (number | null)[][], allowed: number[][], right: number }} Melodies null: no note */

const LABELS = 78; // px on the left, for the names of the scales
const TONES = 13; // an octave

/**
 * @param {RunView} view
 * @param {HTMLCanvasElement} canvas
 * @param {RecordedFrame} frame
 * @param {Layout} layout
 * @param {Melodies | null} results
 */
export function melody(view, canvas, frame, layout, results) {
  const [x, width, height] = prepare(canvas);
  const c = view.colours;
  const S = view.run.header.strings;
  const t = litStep(view, frame);
  const before = layout.symbols.slice(Math.max(0, t - 5), t + 1).join(" ");
  writeWithin(x, fill(S.after, { text: before }), width, 0, 8, c.text, 13, "left", 600);
  const bars = { top: 20, width, row: 18, names: 70 };
  drawBars(view, x, bars, likeliestAt(view, frame, t, 4), targetAt(view, layout, t));
  if (!results?.notes) return;
  const share = fill(S["it plays"], { share: Math.round(100 * results.right) });
  writeWithin(x, share, width, 0, 108, c.text, 13, "left", 600);
  const tall = (height - 120) / results.scales.length;
  for (const [s, name] of results.scales.entries()) {
    const place = { top: 120 + s * tall, tall, width: width - LABELS };
    write(x, name, LABELS - 8, place.top + tall / 2, c.text, 12, "right");
    drawNotes(x, c, results.notes[s], results.allowed[s], place);
  }
}

/**
 * @param {Pen} x
 * @param {Palette} c
 * @param {(number | null)[]} notes
 * @param {number[]} allowed
 * @param {{ top: number, tall: number, width: number }} place
 */
function drawNotes(x, c, notes, allowed, { top, tall, width }) {
  const wide = width / notes.length;
  const line = (tall - 8) / TONES;
  for (const tone of allowed) {
    x.fillStyle = c.soft;
    x.fillRect(LABELS, top + (TONES - 1 - tone) * line, width, line - 0.5);
  }
  for (const [k, tone] of notes.entries()) {
    if (tone === null) {
      const middle = LABELS + (k + 0.5) * wide;
      write(x, "×", middle, top + tall / 2, c.wrong, 12, "center", 700);
      continue;
    }
    const y = top + (TONES - 1 - tone) * line;
    x.fillStyle = allowed.includes(tone) ? c.accent : c.wrong;
    x.fillRect(LABELS + k * wide + 1, y, Math.max(2, wide - 2), Math.max(2, line - 0.5));
  }
}
