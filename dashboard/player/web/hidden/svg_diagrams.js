// Under each diagram that is an SVG on the page: save it, as it is or as PNG.

import { contextOf } from "../canvas.js";
import { element } from "../page.js";
import { download } from "../snapshot.js";

const SHARP = 4; // diagrams are small
const DIAGRAM = ".stImage img[src^='data:image/svg+xml']";

export const STYLE = [
  ".as-file { position: absolute; left: 0; bottom: -18px; display: flex; gap: 4px; opacity: 0; }",
  ":hover > .as-file, .as-file:focus-within { opacity: 1; }",
  ".as-file button { font: 12px sans-serif; color: inherit; background: none; cursor: pointer; }",
  ".as-file button { border: 1px solid #8a8f98; border-radius: 5px; padding: 1px 6px; }",
].join(" ");

/** @param {string} label of the buttons */
export function offerDiagrams(label) {
  for (const image of document.querySelectorAll(DIAGRAM)) {
    /** @type {HTMLElement | null} */
    const box = image.closest("[data-testid=stElementContainer]");
    if (box && !box.querySelector(":scope > .as-file")) addButtons(box, label);
  }
}

/**
 * @param {HTMLElement} box
 * @param {string} label
 */
function addButtons(box, label) {
  /**
   * @param {string} kind
   * @param {(image: HTMLImageElement) => void} save
   */
  const button = (kind, save) => {
    const made = element("button", { type: "button", "aria-label": `${label}: ${kind}` }, kind);
    made.onclick = () => {
      const image = box.querySelector("img");
      if (image) save(image);
    };
    return made;
  };
  const group = { class: "as-file", role: "group", "aria-label": label };
  box.style.position = "relative";
  box.append(element("span", group, button("PNG", savePng), button("SVG", saveSvg)));
}

// The figures have no background of their own.
export const pageBackground = () =>
  getComputedStyle(document.querySelector(".stApp") || document.body).backgroundColor;

/** @param {HTMLImageElement} image */
const sourceOf = async image => (await fetch(image.src)).text();

/** @param {string} source */
const nameOf = source => {
  const diagram = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  return diagram.getAttribute("aria-label") || "diagram";
};

/** @param {HTMLImageElement} image */
async function saveSvg(image) {
  const source = await sourceOf(image);
  download(new Blob([source], { type: "image/svg+xml" }), `${nameOf(source)}.svg`);
}

/** @param {HTMLImageElement} image */
async function savePng(image) {
  const canvas = document.createElement("canvas");
  const x = contextOf(canvas);
  const name = nameOf(await sourceOf(image));
  canvas.width = image.naturalWidth * SHARP;
  canvas.height = image.naturalHeight * SHARP;
  x.fillStyle = pageBackground();
  x.fillRect(0, 0, canvas.width, canvas.height);
  x.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob(blob => blob && download(blob, `${name}.png`));
}
