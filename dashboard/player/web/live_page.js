// The elements of the live page: one network on the left, its curves and the task's panel on the right.

import { chart, column, controls, element, title } from "./page.js";

/** @import { Chart, RunHeader } from "./types.js" */

/**
 * @param {HTMLElement} host
 * @param {RunHeader} header
 */
export function buildLivePage(host, header) {
  const root = element("div", { class: "player", tabindex: "0" });
  const p = controls(header.strings, header.layers, ["values", "gradients"]);
  const left = element("div", { class: "left" });
  const right = element("div", { class: "right" });
  const network = column(left, header);
  const words = element("div", { class: "words" });
  const charts = liveCharts(right, header);
  const panel = element("canvas", { class: "panel" });
  const diagnosis = element("div", { class: "diagnosis" });
  const back = element("button", { class: "back", type: "button", hidden: "" });
  back.textContent = `↶ ${header.strings.back}`;
  const second = element("div", { class: "second" }, diagnosis, back, p.status);
  const columns = element("div", { class: "columns" }, left, right);
  left.append(words);
  right.append(panel);
  root.append(p.strip, p.banner, second, p.above, columns);
  host.replaceChildren(root);
  return { ...p, root, network, words, charts, panel, diagnosis, back, second };
}

/**
 * The loss, the task's metric, the norm of the gradient.
 * @param {HTMLElement} parent
 * @param {RunHeader} header
 * @returns {Chart[]}
 */
export function liveCharts(parent, { colours: c, headline, baselines, strings: S, ...header }) {
  const loss = { name: "loss", label: S.batch, colour: c.train, wide: 1.5 };
  const train = { name: `train ${headline}`, label: S.train, colour: c.train };
  const heldOut = { name: `held-out ${headline}`, label: S["held-out"], colour: c["held-out"] };
  const metric = [train, heldOut].map(line => ({ ...line, wide: 2, dots: true }));
  const norms = [
    { name: "grad norm", label: S["before clipping"], colour: c.share, wide: 1.2 },
    { name: "clipped norm", label: S["after clipping"], colour: c.clipped, wide: 1.6 },
  ];
  return [
    chart(parent, S.loss, [loss]),
    chart(parent, title(headline), metric, {
      marks: Object.entries(baselines),
      unit: header["headline is share"],
    }),
    chart(parent, S["gradient norm"], norms),
  ];
}
