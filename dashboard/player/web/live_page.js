// The elements of the live page: the sentence and the transport, the named rows, and beside them how good it is.

import { buildAside } from "./aside/index.js";
import { buildCard } from "./examples/card.js";
import { buildKeyList } from "./keys.js";
import { controls, element } from "./page.js";
import { playerKeys } from "./player_controls.js";
import { buildRows } from "./rows/index.js";
import { saver } from "./snapshot.js";
import { buildSentence } from "./top/sentence.js";
import { foldSaver } from "./top/transport.js";

/** @import { Picture } from "./snapshot.js" */
/** @import { RunHeader } from "./types.js" */

/**
 * @param {HTMLElement} host
 * @param {RunHeader} header
 * @param {() => Picture} takePicture
 */
export function buildLivePage(host, header, takePicture) {
  const root = element("div", { class: "player live", tabindex: "0" });
  const p = controls(header.strings, header.layers, ["values", "gradients"]);
  const sentence = buildSentence();
  const left = element("div", { class: "left" });
  const right = element("div", { class: "right" });
  const rows = buildRows(left, header, p);
  const card = buildCard();
  const aside = buildAside(right, header, card);
  const units = /** @type {[string, string]} */ (["↑ ↓", header.strings["key units"]]);
  const keys = buildKeyList(header.strings, playerKeys(header.strings, units));
  const back = element("button", { class: "back", type: "button", hidden: "" });
  back.textContent = `↶ ${header.strings.back}`;
  if (header.elsewhere) p.reset.remove(); // its script alone begins it anew
  const save = saver(header.strings, takePicture);
  p.sheet.append(back, foldSaver(header.strings, save), keys.button);
  const columns = element("div", { class: "columns" }, left, right);
  root.append(sentence, p.strip, p.banner, columns, keys.list);
  host.replaceChildren(root);
  return { ...p, root, story: left, sentence, rows, card, aside, back };
}
