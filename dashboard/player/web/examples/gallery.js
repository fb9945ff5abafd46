// All examples of the course in their groups, each with a picture of a real run after its updates.

import { element } from "../page.js";
import { chooseExample } from "./follow.js";
import { drawThumbnail, loadThumbnails } from "./thumbnails.js";

/** @import { ExampleGroup, LiveView } from "../types.js" */

/**
 * @param {LiveView} view
 * @param {ExampleGroup[]} groups
 */
export function openGallery(view, groups) {
  const S = view.run.header.strings;
  const present = view.said.example?.name;
  const close = element("button", { type: "button", class: "close", "aria-label": S.close }, "×");
  const dialog = element(
    "dialog",
    { class: "gallery", "aria-labelledby": "gallery-title" },
    element("header", {}, element("h2", { id: "gallery-title" }, S.gallery), close),
    element("p", {}, S["gallery note"]),
    ...groups.map(group => groupOf(group, present, name => choose(view, dialog, name))),
  );
  close.onclick = () => dialog.close();
  dialog.onclick = event => {
    if (event.target === dialog) dialog.close(); // beside it
  };
  dialog.onclose = () => dialog.remove();
  dialog.onkeydown = event => event.stopPropagation(); // the player's keys mean nothing here
  view.page.root.append(dialog);
  dialog.showModal();
  const here = dialog.querySelector("[aria-current]");
  if (here instanceof HTMLElement) here.focus();
  loadThumbnails().then(all => {
    for (const canvas of dialog.querySelectorAll("canvas"))
      drawThumbnail(canvas, all[canvas.dataset.name ?? ""], view.colours);
  });
}

/**
 * @param {LiveView} view
 * @param {HTMLDialogElement} dialog
 * @param {string} name
 */
function choose(view, dialog, name) {
  dialog.close();
  chooseExample(view, name, "gallery");
}

/**
 * @param {ExampleGroup} group
 * @param {string | undefined} present the example that runs
 * @param {(name: string) => void} take
 */
function groupOf({ title, examples }, present, take) {
  const cards = examples.map(([name, title, line]) => {
    const canvas = element("canvas", { "data-name": name, "aria-hidden": "true" });
    const words = element("span", {}, element("b", {}, title), element("small", {}, line));
    const card = element("button", { type: "button", "data-name": name }, canvas, words);
    if (name === present) card.setAttribute("aria-current", "true");
    card.onclick = () => take(name);
    return card;
  });
  return element("section", {}, element("h3", {}, title), element("div", {}, ...cards));
}
