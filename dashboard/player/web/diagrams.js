// Under each diagram that is an SVG on the page: save it, as it is or as PNG.

import { element } from "./page.js";
import { give } from "./snapshot.js";

const SHARP = 4; // diagrams are small
export const STYLE = ".as-file { position: absolute; left: 0; bottom: -18px; display: flex; gap: 4px; opacity: 0; } :hover > .as-file, .as-file:focus-within { opacity: 1; } "
  + ".as-file button { font: 12px sans-serif; color: inherit; background: none; border: 1px solid #8a8f98; border-radius: 5px; padding: 1px 6px; cursor: pointer; }";

export function offer(words) {
  for (const image of document.querySelectorAll(".stImage img[src^='data:image/svg+xml']")) {
    const box = image.closest("[data-testid=stElementContainer]");
    if (!box || box.querySelector(":scope > .as-file")) continue;
    const button = (kind, save) => {
      const made = element("button", { type: "button", "aria-label": `${words.picture}: ${kind}` }, kind);
      made.onclick = () => save(box.querySelector("img"));
      return made;
    };
    box.style.position = "relative";
    box.append(element("span", { class: "as-file", role: "group", "aria-label": words.picture }, button("PNG", savePng), button("SVG", saveSvg)));
  }
}

const text = async image => (await fetch(image.src)).text();
const named = source => new DOMParser().parseFromString(source, "image/svg+xml").documentElement.getAttribute("aria-label") || "diagram";

async function saveSvg(image) {
  const source = await text(image);
  give(new Blob([source], { type: "image/svg+xml" }), `${named(source)}.svg`);
}

async function savePng(image) {
  const canvas = document.createElement("canvas"), x = canvas.getContext("2d"), name = named(await text(image));
  canvas.width = image.naturalWidth * SHARP;
  canvas.height = image.naturalHeight * SHARP;
  x.fillStyle = getComputedStyle(document.querySelector(".stApp") || document.body).backgroundColor;
  x.fillRect(0, 0, canvas.width, canvas.height);
  x.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob(blob => give(blob, `${name}.png`));
}
