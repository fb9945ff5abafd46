// The key of the colours: of what has a sign, or of gradients, with both ends; and what is not finite.

import { say } from "../canvas.js";
import { element } from "../page.js";
import { powerOf } from "../scales.js";
import { isLost } from "../time_axis.js";

/** @import { RecordedFrame, RunView, Strings } from "../types.js" */

/** @param {Strings} S */
export function buildKey(S) {
  const low = element("span", {}, "−");
  const high = element("span", {}, "+");
  const bar = element("i", { class: "bar" });
  const lost = element("span", { class: "lost", hidden: "" }, element("i", {}), S["not finite"]);
  return { root: element("div", { class: "key" }, low, bar, high, lost), low, high, bar, lost };
}

/**
 * @param {RunView} view
 * @param {ReturnType<typeof buildKey>} key
 * @param {RecordedFrame} frame
 */
export function drawKey({ colours: c, show }, { low, high, bar, lost }, frame) {
  const areSlopes = show === "gradients";
  const end = areSlopes ? powerOf(frame.decades[0]) : "";
  say(low, `−${end}`);
  say(high, `+${end}`);
  lost.hidden = !isLost(frame, show);
  const look = `${c.key} ${areSlopes}`;
  if (bar.dataset.look === look) return;
  bar.dataset.look = look;
  const table = areSlopes ? c.slopes : c.signed;
  const stops = [0, 64, 128, 191, 255].map(k => c.css(table[k]));
  bar.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
}
