// The list of a page's keys: "?" opens it, Escape closes it, and the focus goes back to where it was.

import { element } from "./elements.js";

/** @import { Strings } from "./types.js" */

/**
 * A small button and the list that it opens. Both belong on the page, where they live as long as it does.
 * @param {Strings} S with the words "keys" and "close"
 * @param {[keys: string, words: string][]} pairs
 */
export function buildKeyList(S, pairs) {
  const rows = pairs.map(([keys, words]) => [
    element("dt", {}, ...keys.split(" ").map(key => element("kbd", {}, S[`key ${key}`] ?? key))),
    element("dd", {}, words),
  ]);
  const close = element("button", { type: "button" }, S.close);
  const list = element(
    "dialog",
    { class: "keys", "aria-label": S.keys },
    element("h2", {}, S.keys),
    element("dl", {}, ...rows.flat()),
    close,
  );
  const button = element(
    "button",
    {
      ...{ class: "help round", type: "button", "aria-haspopup": "dialog" },
      "aria-label": S.keys,
      title: S.keys,
    },
    "?",
  );
  const open = () => {
    if (!list.open) list.showModal();
  };
  button.onclick = open;
  close.onclick = () => list.close();
  list.onclick = event => {
    if (event.target === list) list.close(); // beside it
  };
  /** @param {KeyboardEvent} event */
  const openByKey = event => {
    if (!list.isConnected) document.removeEventListener("keydown", openByKey);
    else if (event.key === "?" && !isTyped(event)) open();
  };
  document.addEventListener("keydown", openByKey);
  return { button, list };
}

/**
 * Whether the key belongs to a text that is being typed.
 * @param {KeyboardEvent} event
 */
function isTyped(event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  return (
    /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextField(target) || target.isContentEditable
  );
}

/** @param {HTMLElement} target */
const isTextField = target => target instanceof HTMLInputElement && target.type !== "range";
