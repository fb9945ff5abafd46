// The transport: play, step, slow motion, where the run is, and what else the bar holds.

import { element, option } from "../elements.js";
import { fill } from "../sentences.js";

/** @import { Strings } from "../types.js" */

const SPEEDS = [5, 15, 30, 60]; // updates a second
const FAST = 600;
const SLOWNESS = /** @type {const} */ ([
  [1, "1×"],
  [0.5, "½×"],
  [0.25, "¼×"],
]);
const ICONS = {
  play: '<path class="go" d="M8 5v14l11-7z"/><path class="halt" d="M7 5h4v14H7zm6 0h4v14h-4z"/>',
  step: '<path d="M6 6v12l9-6zm10 0h2.5v12H16z"/>',
  slow: '<path d="M12 4a8 8 0 1 0 8 8h-2a6 6 0 1 1-6-6zm0 3v6l4 3 1-1.6-3-2.2V7z"/><path d="M15 4.4 17 7l1.4-1.4-2-2.4z"/>',
  reset: '<path d="M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z"/>',
  save: '<path d="M11 3h2v9l3-3 1.4 1.4L12 16l-5.4-5.6L8 9l3 3zM4 18h16v2.5H4z"/>',
  more: '<path d="M4 10h4v4H4zm6 0h4v4h-4zm6 0h4v4h-4z"/>',
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const place = element("span", { class: "icon", "aria-hidden": "true" });
  place.innerHTML = `<svg viewBox="0 0 24 24" focusable="false">${ICONS[name]}</svg>`;
  return place;
}

/**
 * A round button with a picture for its name.
 * @param {keyof typeof ICONS} name
 * @param {string} label
 */
export const round = (name, label) =>
  element(
    "button",
    { class: `${name} round`, type: "button", "aria-label": label, title: label },
    icon(name),
  );

/**
 * The bar. What is in `sheet` stands in it where there is room; on a phone it opens above it.
 * @param {Strings} S
 */
export function buildTransport(S) {
  const play = round("play", S.play);
  const step = round("step", S.step);
  const slow = round("slow", S["slow motion"]);
  slow.append(element("span", { class: "beside", "aria-hidden": "true" }, S["slow motion"]));
  const reset = round("reset", S.reset);
  const slowness = element(
    "select",
    { class: "slowness", "aria-label": S["speed of slow motion"] },
    ...SLOWNESS.map(([value, text]) => option(value, text)),
  );
  const speed = element(
    "select",
    { class: "speed", "aria-label": S.speed },
    ...SPEEDS.map(n => option(n, fill(S["updates per second"], { n }))),
    option(FAST, S.fast),
  );
  const scrub = element("input", {
    ...{ class: "scrub", type: "range", min: "0", max: "0", value: "0" },
    "aria-label": S.update,
  });
  const status = element("span", { class: "status" });
  const count = element("b", { class: "count" });
  const counted = element("small", {}, S.updates);
  const sheet = element("div", { class: "sheet" }, speed, reset);
  const more = round("more", S.more);
  more.setAttribute("aria-expanded", "false");
  const strip = element(
    "div",
    { class: "strip", role: "group", "aria-label": S.playing },
    ...[play, step, element("span", { class: "slowly" }, slow, slowness)],
    element("span", { class: "counter" }, count, counted),
    element("span", { class: "along" }, scrub, status),
    ...[more, sheet],
  );
  more.onclick = () => openSheet(!strip.classList.contains("open"));
  sheet.onkeydown = event => {
    if (event.key !== "Escape" || !strip.classList.contains("open")) return;
    event.stopPropagation();
    openSheet(false);
    more.focus();
  };

  /** @param {boolean} isOpen */
  function openSheet(isOpen) {
    strip.classList.toggle("open", isOpen);
    more.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) speed.focus();
  }
  return { play, step, slow, slowness, reset, speed, scrub, status, count, sheet, strip };
}

/**
 * A picture's kinds, folded under a mark.
 * @param {Strings} S
 * @param {HTMLElement} save
 */
export function foldSaver(S, save) {
  const mark = element("summary", { "aria-label": S.picture, title: S.picture }, icon("save"));
  const folded = element("details", { class: "keeping" }, mark, save);
  folded.addEventListener("focusout", event => {
    if (!folded.contains(/** @type {Node | null} */ (event.relatedTarget))) folded.open = false;
  });
  return folded;
}
