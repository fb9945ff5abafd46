// Streamlit's own words, in the reader's language. It has them in English alone: they are exchanged where they stand,
// before they are drawn, whenever it writes one.

import { fill } from "../sentences.js";

const ATTRIBUTES = ["aria-label", "title", "alt", "placeholder"];
// Where texts of the app and of its readers stand, not Streamlit's.
const OF_OTHERS =
  "code, pre, svg, script, style, textarea, .stMarkdown, [role=option], [data-baseweb=tag]";

/** @typedef {{ own: string, put: string }} Exchange Streamlit's word, and what stands in its place */

/** @type {WeakMap<Node, Record<string, Exchange>>} */
const exchanges = new WeakMap(); // by the attribute's name; "": of a text
/** @type {(word: string) => string} */
let translate = word => word;
/** @type {MutationObserver | null} */
let observer = null;

/** @param {Record<string, string>} words Streamlit's, with {names} -> the reader's; none: it speaks the reader's language */
export function speakForStreamlit(words) {
  translate = makeTranslator(words);
  if (!observer && Object.keys(words).length) {
    observer = new MutationObserver(follow);
    const attributes = { attributes: true, attributeFilter: ATTRIBUTES };
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
      ...attributes,
    });
  }
  if (observer) exchangeIn(document.body);
}

/**
 * @param {Record<string, string>} words
 * @returns {(word: string) => string} what it does not know stays as it is
 */
export function makeTranslator(words) {
  const whole = new Map(Object.entries(words));
  const patterns = [...whole]
    .filter(([word]) => word.includes("{"))
    .map(([word, translation]) => /** @type {const} */ ([patternOf(word), translation]));
  return text => {
    const word = text.trim();
    const translation = whole.get(word);
    if (translation !== undefined) return text.replace(word, () => translation);
    for (const [pattern, template] of patterns) {
      const names = pattern.exec(word)?.groups;
      if (names) return text.replace(word, () => fill(template, names));
    }
    return text;
  };
}

/** @param {string} word with {names} */
function patternOf(word) {
  const parts = word.split(/\{(\w+)\}/); // every second one is a name
  const pattern = parts.map((part, k) =>
    k % 2 ? `(?<${part}>.+)` : part.replace(/[.*+?^$()[\]\\|]/g, "\\$&"),
  );
  return new RegExp(`^${pattern.join("")}$`, "s");
}

/** @param {MutationRecord[]} records */
function follow(records) {
  for (const { type, target, attributeName, addedNodes } of records) {
    if (type === "attributes")
      exchangeAttribute(/** @type {Element} */ (target), attributeName ?? "");
    else if (type === "characterData") exchangeText(/** @type {Text} */ (target));
    else for (const node of addedNodes) exchangeIn(node);
  }
}

/** @param {Node} root */
function exchangeIn(root) {
  if (root instanceof Text) exchangeText(root);
  if (!(root instanceof Element)) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    if (node instanceof Text) exchangeText(node);
    else for (const name of ATTRIBUTES) exchangeAttribute(/** @type {Element} */ (node), name);
  }
}

/** @param {Text} text */
function exchangeText(text) {
  if (!text.data.trim()) return;
  const put = exchange(text, "", text.data);
  if (put !== text.data && !text.parentElement?.closest(OF_OTHERS)) text.data = put;
}

/**
 * @param {Element} element
 * @param {string} name
 */
function exchangeAttribute(element, name) {
  const value = element.getAttribute(name);
  if (!value) return;
  const put = exchange(element, name, value);
  if (put !== value) element.setAttribute(name, put);
}

/**
 * What is to stand there: of what was exchanged already, Streamlit's own word counts.
 * @param {Node} node
 * @param {string} name
 * @param {string} value
 */
function exchange(node, name, value) {
  const before = exchanges.get(node)?.[name];
  const own = before?.put === value ? before.own : value;
  const put = translate(own);
  if (put !== own) exchanges.set(node, { ...exchanges.get(node), [name]: { own, put } });
  return put;
}
