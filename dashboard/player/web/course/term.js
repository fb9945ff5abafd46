// A term of the field: what it means opens beside it, by pointing, by the focus, or by a tap. Escape closes it.

import { element } from "../elements.js";

/** @typedef {Record<string, { title: string, html: string }>} Terms */

const HOVER_MS = 250;
const GAP = 6; // px

/**
 * @param {HTMLElement} root in whose texts the terms stand
 * @param {() => Terms} termsOf what they mean
 * @param {string} closeLabel
 */
export function wireTerms(root, termsOf, closeLabel) {
  const title = element("b", {});
  const text = element("div", { class: "text" });
  const close = element(
    "button",
    { type: "button", class: "close", "aria-label": closeLabel },
    "×",
  );
  const box = element(
    "div",
    { class: "term", popover: "manual", role: "note" },
    close,
    title,
    text,
  );
  root.append(box);
  /** @type {HTMLElement | null} */
  let open = null;
  let late = 0;
  let isKept = false; // by a tap or a click

  /** @param {HTMLElement} link */
  const show = link => {
    const term = termsOf()[link.dataset.argument ?? ""];
    if (!term) return;
    open = link;
    title.textContent = term.title;
    text.innerHTML = term.html;
    box.showPopover();
    placeBeside(box, link);
    link.setAttribute("aria-expanded", "true");
  };
  const hide = () => {
    window.clearTimeout(late);
    if (!open) return;
    open.setAttribute("aria-expanded", "false");
    open = null;
    isKept = false;
    box.hidePopover();
  };
  /** @param {Event} event */
  const linkOf = event => {
    const link = event.target instanceof Element ? event.target.closest("[data-verb=term]") : null;
    return link instanceof HTMLElement ? link : null;
  };
  root.addEventListener("pointerover", event => {
    const link = linkOf(event);
    if (event.pointerType === "touch" || isKept) return;
    window.clearTimeout(late);
    if (link && link !== open) late = window.setTimeout(() => show(link), HOVER_MS);
    else if (!link && open && !box.contains(/** @type {Node} */ (event.target)))
      late = window.setTimeout(hide, HOVER_MS);
  });
  root.addEventListener("focusin", event => {
    const link = linkOf(event);
    if (link && link !== open && link.matches(":focus-visible")) show(link);
    else if (!link && open && !box.contains(/** @type {Node} */ (event.target))) hide();
  });
  root.addEventListener("click", event => {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    window.clearTimeout(late);
    if (link === open && isKept) return hide();
    show(link);
    isKept = true;
    return undefined;
  });
  root.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !open) return;
    const link = open;
    hide();
    link.focus();
    event.stopPropagation();
  });
  close.onclick = hide;
}

/**
 * Below the word, or above it where there is more room; never beyond the window.
 * @param {HTMLElement} box
 * @param {HTMLElement} link
 */
function placeBeside(box, link) {
  const word = link.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(GAP, word.left), window.innerWidth - width - GAP);
  const below = word.bottom + GAP;
  const isBelow = below + height <= window.innerHeight || word.top < height + GAP;
  box.style.left = `${Math.max(GAP, left)}px`;
  box.style.top = `${isBelow ? below : word.top - height - GAP}px`;
}
