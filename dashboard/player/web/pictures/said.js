// What the network says after one step of the probe: shared by the pictures.

import { write } from "../canvas.js";

// One bar per label: what the network says after step t.
export function bars(view, x, left, top, width, height, entries, target, row = Math.min(22, height / entries.length), label = Math.min(76, width * 0.4)) {
  const c = view.colours, size = Math.max(11, Math.min(13, row - 2)), every = Math.ceil(12 / row); // rows too low for letters: some
  entries.forEach(([name, p, k], j) => {
    const y = top + row * (j + 0.5);
    const named = j % every === 0;
    if (named) write(x, name, left + label - 6, y, k === target ? c.accent : c.text, size, "right", k === target ? 700 : 400);
    x.fillStyle = c.soft; x.fillRect(left + label, y - row * 0.36, width - label - 42, row * 0.72);
    x.fillStyle = k === target ? c.accent : c.muted;
    x.fillRect(left + label, y - row * 0.36, (width - label - 42) * p, row * 0.72);
    if (named) write(x, `${Math.round(p * 100)} %`, left + width, y, c.text, size, "right");
  });
}

export const step = (view, frame) => (view.t >= 0 && view.t < frame.T ? view.t : frame.T - 1);

export function said(view, frame) {
  const { labels } = view.run.header, t = step(view, frame);
  return labels.map((name, k) => [name === " " ? "␣" : name, frame.output[t * labels.length + k], k]);
}
