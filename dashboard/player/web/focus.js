// What has the focus keeps it where the elements of a page are made anew.

/**
 * @param {HTMLElement} host
 * @returns {() => void} gives the focus to what has taken the place of the element that has it now
 */
export function rememberFocus(host) {
  const root = /** @type {Document | ShadowRoot} */ (host.getRootNode());
  const before = root.activeElement;
  if (!before || !host.contains(before)) return () => {};
  const name = describe(before);
  return () => {
    /** @type {NodeListOf<HTMLElement>} */
    const all = host.querySelectorAll(before.tagName);
    [...all].find(one => describe(one) === name)?.focus({ preventScroll: true });
  };
}

/** @param {Element} one */
const describe = one =>
  [one.className, one.getAttribute("name"), one.getAttribute("aria-label")].join(" ");
