// The toolbar of each Plotly figure. Beside its camera: the same picture as SVG. It stands in a strip of its own under
// the figure, and where nothing hovers, on a touch screen, it is always there.
//
// Plotly draws both. What it shall draw stands in the figure itself for the moment of the click: the format,
// the name of the file, the page's background (the figure has none of its own).

import { closeAfterChoice } from "../top/drawer.js";
import { completeFigures } from "./plotly_words.js";
import { offerDiagrams, pageBackground, STYLE } from "./svg_diagrams.js";
import { letFormulasScroll } from "./wide_formulas.js";

/** @import { Component } from "../types.js" */

/** @typedef {{ camera: string, svg: string, picture: string }} Words camera: Plotly's own name of its button */
/**
 * What Plotly keeps at its element.
 * @typedef {HTMLElement & {
 *   _context?: { toImageButtonOptions: object },
 *   layout: { paper_bgcolor?: string, meta?: { file?: string } },
 * }} Plot
 */

const SHARP = 2;
const TOOLBAR = [
  ".modebar--hover:focus-within { opacity: 1 !important; }", // a toolbar that is reached by key is seen
  // Streamlit's grey is too pale to be read.
  ".js-plotly-plot :is([class$='tick'], .annotation, .legend, .infolayer) text",
  "  { fill: color-mix(in srgb, currentColor 78%, transparent) !important; }",
  // Over the figure it would lie on titles and legends: it stands in a strip under it.
  ".js-plotly-plot { overflow: visible !important; }",
  ".stElementContainer:has(.js-plotly-plot) { overflow: visible; margin-bottom: 0.75rem; }",
  ".js-plotly-plot .plotly .modebar-container",
  "  { inset: 100% 0 auto 0 !important; height: auto; color: inherit; }",
  ".js-plotly-plot .plotly .modebar",
  "  { position: static; display: flex; justify-content: flex-end; background: none !important; }",
  ".js-plotly-plot .plotly .modebar-group { background: none !important; padding: 0 0 0 8px; }",
  ".js-plotly-plot .plotly .modebar-btn { padding: 2px 4px; color: inherit; }",
  ".js-plotly-plot .plotly .modebar-btn path { fill: currentColor !important; }",
  "@media (hover: none) {",
  "  .stElementContainer:has(.js-plotly-plot) { margin-bottom: 2rem; }",
  "  .js-plotly-plot .plotly .modebar { opacity: 1 !important; }",
  "  .js-plotly-plot .plotly .modebar-btn { height: 2.25rem; padding: 9px 7px; font-size: 18px; }",
  "}",
  ".as-svg { font: 600 11px sans-serif; }",
  ".js-plotly-plot .plotly .modebar-btn.as-svg { font-size: 11px; }",
].join(" ");

/** @type {Words | null} */
let words = null;
let isLookPlanned = false;
/** @type {"png" | "svg"} */
let format = "png";

/** @param {Component<Words>} component */
export default function ({ data }) {
  if (!data) return;
  const isFirst = !words;
  words = data;
  if (isFirst) watch();
  look();
}

function watch() {
  const style = document.createElement("style");
  style.textContent = `${TOOLBAR} ${STYLE}`;
  document.head.append(style);
  document.addEventListener("click", prepareDownload, true); // before Plotly
  closeAfterChoice();
  new MutationObserver(() => {
    if (!isLookPlanned) requestAnimationFrame(look);
    isLookPlanned = true;
  }).observe(document.body, { childList: true, subtree: true });
}

/** @param {Words} words */
const camerasOf = ({ camera }) => `.modebar-btn[data-title=${JSON.stringify(camera)}]:not(.as-svg)`;

/** @param {Element | null | undefined} camera */
const plotOf = camera => /** @type {Plot | null} */ (camera?.closest(".js-plotly-plot") ?? null);

// Plotly makes a toolbar anew when it likes.
function look() {
  isLookPlanned = false;
  if (!words) return;
  offerDiagrams(words.picture);
  letFormulasScroll();
  completeFigures();
  /** @type {NodeListOf<HTMLElement>} */
  const cameras = document.querySelectorAll(camerasOf(words));
  for (const camera of cameras)
    if (!camera.parentElement?.querySelector(".as-svg")) addButton(camera, words.svg);
}

/**
 * @param {HTMLElement} camera
 * @param {string} label
 */
function addButton(camera, label) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "modebar-btn as-svg", textContent: "SVG" });
  button.setAttribute("data-title", label);
  button.setAttribute("aria-label", label);
  button.setAttribute("rel", "tooltip");
  button.onclick = () => {
    format = "svg";
    camera.click();
    format = "png";
  };
  camera.after(button);
}

/** @param {Event} event */
function prepareDownload(event) {
  const [target] = event.composedPath();
  if (!words || !(target instanceof Element)) return;
  const plot = plotOf(target.closest(camerasOf(words)));
  if (!plot?._context) return;
  const { layout } = plot;
  const own = layout.paper_bgcolor;
  const scale = format === "png" ? SHARP : 1;
  plot._context.toImageButtonOptions = { format, scale, filename: layout.meta?.file || "figure" };
  layout.paper_bgcolor = pageBackground();
  setTimeout(() => {
    layout.paper_bgcolor = own; // after the click: it has been read
  });
}
