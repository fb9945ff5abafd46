// Beside the camera in the toolbar of each Plotly figure: the same picture as SVG.
//
// Plotly draws both. What it shall draw stands in the figure itself for the moment of the click: the format,
// the name of the file, the page's background (the figure has none of its own).

import { STYLE, offer } from "./diagrams.js";

const CAMERA = ".modebar-btn[data-title^='Download plot']:not(.as-svg)", SHARP = 2;
let words = null, waiting = false, format = "png";

export default function ({ data }) {
  if (!data) return;
  const first = !words;
  words = data;
  if (first) watch();
  look();
}

function watch() {
  const style = document.createElement("style"); // a toolbar that is reached by key is seen
  style.textContent = ".modebar--hover:focus-within { opacity: 1 !important; } .as-svg { font: 600 11px sans-serif; } .js-plotly-plot .plotly .modebar-btn.as-svg { font-size: 11px; } " + STYLE;
  document.head.append(style);
  document.addEventListener("click", taken, true); // before Plotly
  new MutationObserver(() => {
    if (!waiting) requestAnimationFrame(look);
    waiting = true;
  }).observe(document.body, { childList: true, subtree: true });
}

// Plotly makes a toolbar anew when it likes.
function look() {
  waiting = false;
  offer(words);
  for (const camera of document.querySelectorAll(CAMERA)) {
    if (camera.parentNode.querySelector(".as-svg")) continue;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "modebar-btn as-svg", textContent: "SVG" });
    button.setAttribute("data-title", words.svg);
    button.setAttribute("aria-label", words.svg);
    button.setAttribute("rel", "tooltip");
    button.style.color = camera.closest(".js-plotly-plot")._fullLayout?.modebar?.color || "inherit";
    button.onclick = () => { format = "svg"; camera.click(); format = "png"; };
    camera.after(button);
  }
}

function taken(event) {
  const camera = event.composedPath()[0].closest?.(CAMERA), plot = camera?.closest(".js-plotly-plot");
  if (!plot?._context) return;
  const background = getComputedStyle(document.querySelector(".stApp") || document.body).backgroundColor, own = plot.layout.paper_bgcolor;
  plot._context.toImageButtonOptions = { format, scale: format === "png" ? SHARP : 1, filename: plot.layout.meta || "figure" };
  plot.layout.paper_bgcolor = background;
  setTimeout(() => { plot.layout.paper_bgcolor = own; }); // after the click: it has been read
}
