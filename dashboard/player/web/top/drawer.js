// The drawer with all settings: Streamlit's own sidebar, which it opens and closes itself.

const find = (/** @type {string} */ id) =>
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-testid="${id}"]`));

const drawer = () => find("stSidebar");
const opener = () => find("stExpandSidebarButton");
const closer = () => find("stSidebarCollapseButton")?.querySelector("button");

export const isDrawerOpen = () => drawer()?.dataset.collapsed === "false";

/** The focus goes along, so that a reader with a keyboard or a screen reader is there at once. */
export function openDrawer() {
  if (!isDrawerOpen()) opener()?.click();
  setTimeout(() => closer()?.focus(), 300); // Streamlit slides it in
}

export function closeDrawer() {
  if (isDrawerOpen()) closer()?.click();
}

const COVERS = "(max-width: 767px)"; // there the drawer lies over the page

/** Where the drawer lies over the page, a page that was chosen in it is seen at once. */
export function closeAfterChoice() {
  document.addEventListener("click", event => {
    const isLink =
      event.target instanceof Element && event.target.closest(`[data-testid="stSidebarNavLink"]`);
    if (isLink && matchMedia(COVERS).matches) setTimeout(closeDrawer);
  });
}

/** What is in the drawer can be reached by Tab and be heard only while it is open. */
export function shutIn() {
  const content = find("stSidebarContent");
  if (content) content.inert = !isDrawerOpen();
}

/**
 * Calls `onChange` whenever it has been opened or closed, until the element is gone.
 * @param {HTMLElement} host
 * @param {() => void} onChange
 */
export function watchDrawer(host, onChange) {
  const observer = new MutationObserver(() => {
    if (host.isConnected) onChange();
    else observer.disconnect();
  });
  const attributeFilter = ["data-collapsed"];
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter,
  });
}
