// What a lesson points at: a frame around an element of the page, which moves nothing and follows it.

// A name that a lesson's file may say -> where that is, through the shadow roots of the components. A pattern's end
// is put in for {}: "row:f", "column:b", "key:cliff".
/** @type {Record<string, string>} */
export const POINTS = {
  play: ".strip .play",
  step: ".strip .step",
  slow: ".strip .slowly",
  counter: ".strip .counter",
  scrub: ".strip .along",
  speed: ".strip .speed",
  sentence: ".player .sentence",
  drawer: "button.settings",
  settings: '[data-testid="stSidebar"]',
  headline: ".player .card.headline",
  wrong: ".player .wrong",
  loss: ".player details.loss",
  norms: ".player details.norms",
  weights: ".player details.weights",
  picture: '.player .wrong details[class*="picture-"]',
  panel: '.player .wrong details[class*="picture-"]',
  diagnosis: ".player details.numbers-say",
  card: ".player .look",
  probe: ".player .probe",
  answer: ".player .says",
  "row:remembers": ".player .row.h",
  "row:carries": ".player .row.c",
  "row:keeps": ".player .row.carry-gate, .player .row.gateless, .player .keeps .row",
  "row:picture": '.player .wrong details[class*="picture-"]',
  "row:loss": ".player details.loss",
  "row:norms": ".player details.norms",
  "row:": ".player .row.{}",
  columns: ".player.compare .side",
  "column:a": '.player.compare .one[data-letter="A"]',
  "column:b": '.player.compare .one[data-letter="B"]',
  "column:c": '.player.compare .one[data-letter="C"]',
  "column:d": '.player.compare .one[data-letter="D"]',
  facts: ".player.compare .facts",
  fair: ".player.compare .fair",
  curves: ".player.compare .below",
  tabs: '[data-testid="stTabs"] [role="tablist"]',
  tab: '[data-testid="stTabs"] [role="tabpanel"]:not([hidden])',
  triangle: ".player.triangle canvas.map",
  network: ".player.unrolled canvas.net",
  sum: ".player.unrolled canvas.sum",
  microscope: ".st-key-microscope",
  cell: ".player.cell .drawing",
  equation: ".st-key-cell-equation",
  shapes: ".st-key-shapes",
  calculator: ".st-key-calculator",
  parameters: ".st-key-parameters",
  bench: ".st-key-bench",
  cliff: ".st-key-cliff",
  matrix: ".player .confusion, .player canvas.attention",
  interventions: ".st-key-hold-form",
  writing: '[data-testid="stExpander"]:has([class*="st-key-write"])',
  chart: ".stPlotlyChart",
  "key:": ".st-key-{}", // of Streamlit's controls and boxes
};
const LOOK_MS = 100;
const SETTLE_LOOKS = 150; // of a slow machine
const MARGIN = 4; // px
const HEAD = 60; // px: of every page
const NAME = /^[\w-]{1,40}$/;

/**
 * @param {string} name
 * @returns {string} "" for a name that there is not
 */
export function selectorOf(name) {
  if (Object.hasOwn(POINTS, name)) return POINTS[name].includes("{}") ? "" : POINTS[name];
  const [kind, end = ""] = name.split(/:(.*)/);
  const pattern = POINTS[`${kind}:`];
  return pattern && NAME.test(end) ? pattern.replaceAll("{}", end) : "";
}

/**
 * The first element of this kind that can be seen, within the components too.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {Element | null}
 */
export function findShown(root, selector) {
  for (const each of root.querySelectorAll(selector)) if (each.getClientRects().length) return each;
  for (const host of root.querySelectorAll(".stBidiComponent *, .stBidiComponent")) {
    const within = host.shadowRoot && findShown(host.shadowRoot, selector);
    if (within) return within;
  }
  return null;
}

/** @type {{ frame: HTMLElement, leave: AbortController, timer: number } | null} */
let shown = null;

/** @param {string} name of what is pointed at from now on; "": nothing */
export function pointAt(name) {
  if (shown) {
    window.clearInterval(shown.timer);
    shown.leave.abort();
    shown.frame.remove();
    shown = null;
  }
  const selector = selectorOf(name);
  if (!selector) return;
  const frame = document.createElement("div");
  frame.className = "course-point";
  frame.setAttribute("aria-hidden", "true");
  frame.style.display = "none";
  document.body.append(frame);
  /** @type {Element | null} */
  let target = null;
  let isUnfolded = false; // once: the reader may fold it again
  let looks = 0; // since it was found
  let isScrolled = false;
  const leave = new AbortController();
  for (const act of ["wheel", "touchmove", "pointerdown", "keydown"])
    window.addEventListener(act, () => (isScrolled = true), {
      signal: leave.signal,
      passive: true,
    });
  const follow = () => {
    if (!target?.isConnected || !target.getClientRects().length) {
      target = findShown(document, selector);
      if (target && !isUnfolded) unfold(target);
      if (target) bringIntoSight(target);
      isUnfolded ||= !!target;
      looks = 0;
    }
    // A page that is still being drawn pushes it away again, until the reader scrolls.
    looks += 1;
    if (target && looks < SETTLE_LOOKS && looks % 5 === 0 && !isScrolled) bringIntoSight(target);
    frame.style.display = target ? "" : "none";
    if (target) surround(frame, target);
  };
  shown = { frame, leave, timer: window.setInterval(follow, LOOK_MS) };
  follow();
}

/**
 * @param {HTMLElement} frame
 * @param {Element} target
 */
function surround({ style }, target) {
  const { left, top, width, height, bottom } = target.getBoundingClientRect();
  style.transform = `translate(${left - MARGIN}px, ${top - MARGIN}px)`;
  style.width = `${width + 2 * MARGIN}px`;
  style.height = `${height + 2 * MARGIN}px`;
  const hidden = bottom + MARGIN - freePart(target).bottom; // below the transport
  style.clipPath = hidden > 0 ? `inset(${-2 * MARGIN}px ${-2 * MARGIN}px ${hidden}px)` : "";
}

/**
 * What is pointed at is open: a fold of a component, or one of the page.
 * @param {Element} target
 */
function unfold(target) {
  const fold = target.matches("details") ? target : target.querySelector(":scope > details");
  const summary = fold?.matches(":not([open])") && fold.querySelector(":scope > summary");
  if (summary instanceof HTMLElement) summary.click();
}

/**
 * Into the part of the window that nothing covers.
 * @param {Element} target
 */
function bringIntoSight(target) {
  const { top, bottom } = target.getBoundingClientRect();
  const free = freePart(target);
  if (top >= free.top && bottom <= free.bottom) return;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const { style } = /** @type {HTMLElement} */ (target);
  style.scrollMarginTop = `${free.top}px`;
  style.scrollMarginBottom = `${window.innerHeight - free.bottom}px`;
  const block = bottom - top > free.bottom - free.top ? "start" : "nearest";
  target.scrollIntoView({ block, behavior: isStill ? "auto" : "smooth" });
}

/**
 * The part of the window that nothing covers: below the page's head, and below the rail where it stands above the page;
 * above the transport where it stands at the bottom, and above the reading that sticks there, unless these are pointed at.
 * @param {Element} target
 */
function freePart(target) {
  const rail = document.querySelector(".st-key-rail_box")?.getBoundingClientRect();
  const isAbove = rail && rail.width > window.innerWidth / 2;
  /** @type {(selector: string, position: string) => DOMRect | null} */
  const findBar = (selector, position) => {
    const bar = findShown(document, selector);
    if (!bar || bar.contains(target) || getComputedStyle(bar).position !== position) return null;
    return bar.getBoundingClientRect();
  };
  const strip = findBar(".player .strip", "fixed");
  const words = findBar(".player .words", "sticky");
  return {
    top: isAbove ? rail.bottom + MARGIN : HEAD,
    bottom: (strip?.top ?? window.innerHeight) - (words?.height ?? 0),
  };
}
