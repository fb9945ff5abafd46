// Melody: what the network plays for each scale, fed with its own notes.

import { prepare, write } from "../canvas.js";
import { bars, said, step } from "./said.js";

export function melody(view, canvas, frame, layout, picture) {
  const [x, width, height] = prepare(canvas), c = view.colours, S = view.run.header.strings, t = step(view, frame);
  write(x, `${S.after} ${layout.symbols.slice(Math.max(0, t - 5), t + 1).join(" ")}`, 0, 8, c.text, 13, "left", 600);
  const best = said(view, frame).sort((a, b) => b[1] - a[1]).slice(0, 4);
  bars(view, x, 0, 20, width, 4 * 18, best, layout.targets[t], 18, 70);
  if (!picture?.notes) return;
  write(x, `${S["it plays"]} ${Math.round(100 * picture.right)} % ${S["in scale"]}`, 0, 108, c.text, 13, "left", 600);
  const label = 78, tall = (height - 120) / picture.scales.length;
  picture.scales.forEach((name, s) => {
    const top = 120 + s * tall, notes = picture.notes[s], wide = (width - label) / notes.length, line = (tall - 8) / 13;
    write(x, name, label - 8, top + tall / 2, c.text, 12, "right");
    for (const tone of picture.allowed[s]) { x.fillStyle = c.soft; x.fillRect(label, top + (12 - tone) * line, width - label, line - 0.5); }
    notes.forEach((tone, k) => {
      if (tone === null) { write(x, "×", label + (k + 0.5) * wide, top + tall / 2, c.positive, 12, "center", 700); return; }
      x.fillStyle = picture.allowed[s].includes(tone) ? c.accent : c.positive;
      x.fillRect(label + k * wide + 1, top + (12 - tone) * line, Math.max(2, wide - 2), Math.max(2, line - 0.5));
    });
  });
}
