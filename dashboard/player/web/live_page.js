// The elements of the live page: the sentence and the transport, the named rows, and beside them how good it is.

import { buildAside } from "./aside/index.js";
import { buildCard } from "./examples/card.js";
import { controls, element } from "./page.js";
import { buildRows } from "./rows/index.js";
import { buildSentence } from "./top/sentence.js";

/** @import { RunHeader } from "./types.js" */

/**
 * @param {HTMLElement} host
 * @param {RunHeader} header
 */
export function buildLivePage(host, header) {
  const root = element("div", { class: "player live", tabindex: "0" });
  const p = controls(header.strings, header.layers, ["values", "gradients"]);
  const sentence = buildSentence();
  const left = element("div", { class: "left" });
  const right = element("div", { class: "right" });
  const rows = buildRows(left, header);
  const card = buildCard();
  const aside = buildAside(right, header, card);
  const back = element("button", { class: "back", type: "button", hidden: "" });
  back.textContent = `↶ ${header.strings.back}`;
  const second = element("div", { class: "second" }, back, p.status);
  const columns = element("div", { class: "columns" }, left, right);
  root.append(sentence, p.strip, p.banner, second, p.above, columns);
  host.replaceChildren(root);
  return { ...p, root, story: left, sentence, rows, card, aside, back, second };
}
