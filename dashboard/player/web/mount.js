// What every component does when the page shows it: its view, its style, its keys, its height.

import { grown } from "./canvas.js";
import { adaptSheet } from "./course/page_width.js";

/** @import { Component, Mounted } from "./types.js" */

/** @type {WeakMap<Element, Mounted>} */
const views = new WeakMap();
const STYLES = [
  "player.css",
  "rows.css",
  "compare.css",
  "inside.css",
  "aside.css",
  "examples.css",
  "cell.css",
  "top.css",
];
let mounts = 0;

// How many components the document has mounted so far.
export const countMounts = () => mounts;

/**
 * The view of a component: the same one at every call, its style loaded before anything is seen.
 * @template {Mounted} View
 * @param {Component<unknown>} component
 * @param {string} base where the files are served
 * @param {(host: HTMLElement) => View} makeView
 * @param {string[]} styles
 * @returns {View}
 */
export function mountView({ parentElement, setTriggerValue }, base, makeView, styles = STYLES) {
  const host = hostOf(parentElement);
  // One host has one component, whose makeView made the view.
  let view = /** @type {View | undefined} */ (views.get(host));
  if (!view) {
    mounts += 1;
    view = makeView(host);
    views.set(host, view);
    loadStyle(view, parentElement, base, styles);
  }
  view.trigger = (name, value) => {
    if (host.isConnected) setTriggerValue(name, value);
  };
  return view;
}

// The language of the page, which its header sets: see top/language.js.
export const spoken = () => document.documentElement.lang;

/**
 * The element of a component; a new one in place of the old, where all that it shows is in another language.
 * @param {Element | DocumentFragment} parent
 */
function hostOf(parent) {
  const host = /** @type {HTMLElement} */ (parent.querySelector(".host"));
  const { language } = host.dataset;
  if (language === undefined || language === spoken()) {
    host.dataset.language = spoken();
    return host;
  }
  const fresh = /** @type {HTMLElement} */ (host.cloneNode(false));
  fresh.dataset.language = spoken();
  host.replaceWith(fresh);
  for (const notice of parent.querySelectorAll(":scope > .notice")) notice.remove();
  return fresh;
}

/**
 * Nothing is shown before its style is there.
 * @param {Mounted} view
 * @param {HTMLElement} parent
 * @param {string} base
 * @param {string[]} styles
 */
function loadStyle(view, parent, base, styles) {
  if (parent.querySelector("link")) return;
  view.host.style.visibility = "hidden";
  let missing = styles.length;
  const show = () => {
    missing -= 1;
    if (missing) return;
    if (styles === STYLES) for (const { sheet } of links) if (sheet) adaptSheet(sheet);
    view.host.style.visibility = "";
    view.fit();
  };
  const links = styles.map(name => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = String(new URL(`${base}${name}`, document.baseURI));
    link.onload = link.onerror = show;
    return link;
  });
  parent.prepend(...links);
}

/**
 * Calls `onKey` at each key and `view.fit` at each change of the window's size, until the component is gone.
 * @param {Mounted} view
 * @param {(event: KeyboardEvent) => void} onKey
 */
export function watchWindow(view, onKey) {
  const resize = () => {
    if (view.host.isConnected) view.fit();
    else window.removeEventListener("resize", resize);
  };
  /** @param {KeyboardEvent} event */
  const key = event => {
    if (view.host.isConnected) onKey(event);
    else document.removeEventListener("keydown", key);
  };
  window.addEventListener("resize", resize);
  document.addEventListener("keydown", key);
}

/**
 * Gives `root` the height that is left on the screen, so that the main story needs no scrolling.
 * @param {HTMLElement} host
 * @param {HTMLElement} root
 * @param {{ least: number, most: number, below: number, grows?: boolean }} room px: limits, and what stands below;
 *   grows: whether it may be higher, and the page scrolls
 * @param {HTMLElement} [story] the part of the root that gets it, where that is not all of it
 */
export function fitHeight(host, root, { least, most, below, grows = false }, story) {
  const box = (story ?? host).getBoundingClientRect();
  const top = box.top + (document.scrollingElement?.scrollTop || 0);
  const left = window.innerHeight - Math.max(60, top) - below;
  root.classList.toggle("large", grown() > 1);
  const height = Math.max(least * grown(), Math.min(most * grown(), left));
  if (story && grows)
    story.style.setProperty("--room", `${height}px`); // the style says where it holds
  else (story ?? root).style.height = `${height}px`;
}

/**
 * Whether a key belongs to the browser or to a control. A button is pressed by Space and a link by Enter; the
 * keys of a component mean nothing else to them, and after a click on a link to a page the focus is still there.
 * @param {KeyboardEvent} event
 */
export function isMeantElsewhere(event) {
  const target = targetOf(event);
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    (/^(BUTTON|SUMMARY)$/.test(target.tagName) && event.key === " ") ||
    !!target.closest?.("dialog") ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.isContentEditable ||
    /^(tab|slider|radio|option|combobox)/.test(target.getAttribute?.("role") || "")
  );
}

/**
 * What was really aimed at, also inside a shadow root.
 * @param {Event} event
 */
export const targetOf = event => /** @type {HTMLElement} */ (event.composedPath()[0]);
