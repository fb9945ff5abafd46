// What a Plotly figure needs beside its picture: a text for screen readers, symbols that do not lie on one another, and
// a page that scrolls under a finger.
//
// A figure says in its `layout.meta.alt` what it shows. Its picture is one image with that text; its toolbar stays a
// row of buttons beside it. Python does not know how wide the figure is, so what does not fit is left out here.

/**
 * What Plotly keeps at its element.
 * @typedef {HTMLElement & {
 *   layout?: { meta?: { alt?: string } },
 *   on?: (event: string, then: () => void) => void,
 * }} Plot
 */

const BETWEEN = 3; // px from one symbol to the next, at least
/** @type {WeakSet<Element>} */
const followed = new WeakSet();

/** Every figure of the page; those that are new are followed from now on. */
export function completeFigures() {
  /** @type {NodeListOf<Plot>} */
  const plots = document.querySelectorAll(".js-plotly-plot");
  for (const plot of plots) {
    describe(plot);
    if (followed.has(plot) || !plot.on) continue;
    followed.add(plot);
    plot.addEventListener("touchstart", leaveToPage, { capture: true, passive: true });
    plot.on("plotly_afterplot", () => {
      describe(plot);
      thinSymbols(plot);
    });
    thinSymbols(plot);
  }
}

/**
 * One finger on a flat figure scrolls the page, as beside it, where Plotly would take it for a zoom; a tap still points.
 * @param {TouchEvent} event
 */
function leaveToPage(event) {
  const target = /** @type {Element} */ (event.target);
  if (event.touches.length === 1 && target.closest(".draglayer")) event.stopPropagation();
}

/** @param {Plot} plot */
function describe(plot) {
  const [picture, ...others] = plot.querySelectorAll("svg.main-svg");
  const alt = plot.layout?.meta?.alt;
  if (!picture || !alt || picture.getAttribute("aria-label") === alt) return;
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", alt);
  for (const other of others) other.setAttribute("aria-hidden", "true");
}

/**
 * Of the symbols along an axis those are shown that have room, from the first on.
 * @param {Plot} plot
 */
function thinSymbols(plot) {
  /** @type {Map<string, SVGTextElement[]>} */
  const axes = new Map();
  /** @type {NodeListOf<SVGTextElement>} */
  const texts = plot.querySelectorAll("g[class*='tick'] > text");
  for (const text of texts) {
    const axis = text.parentElement?.getAttribute("class") ?? "";
    if (!/^x\d*tick/.test(axis)) continue;
    axes.set(axis, [...(axes.get(axis) ?? []), text]);
  }
  for (const axis of axes.values()) {
    const boxes = axis.map(text => text.getBoundingClientRect());
    const shown = fitting(boxes);
    axis.forEach((text, k) => {
      text.style.visibility = shown[k] ? "" : "hidden";
    });
  }
}

/**
 * Which of the texts, from the left to the right, lie on none before them.
 * @param {{ left: number, right: number }[]} boxes
 */
export function fitting(boxes) {
  let end = -Infinity;
  return boxes.map(({ left, right }) => {
    if (left < end + BETWEEN) return false;
    end = right;
    return true;
  });
}
