// The page as one picture: its canvases and its texts, drawn where they stand, and given to the reader as a PNG.

const SHARP = 2, MARGIN = 16;

export function savePicture(root, colours, name) {
  const box = root.getBoundingClientRect(), top = root.querySelector(".second").getBoundingClientRect().top;
  const width = box.width + 2 * MARGIN, height = box.bottom - top + 2 * MARGIN;
  const canvas = document.createElement("canvas"), x = canvas.getContext("2d");
  canvas.width = width * SHARP;
  canvas.height = height * SHARP;
  x.scale(SHARP, SHARP);
  x.fillStyle = colours.background;
  x.fillRect(0, 0, width, height);
  x.translate(MARGIN - box.left, MARGIN - top);
  for (const node of root.querySelectorAll(".diagnosis, .status, .above label, .probe, .answer, .legend, .side *, .compare > .words, .below *, .columns *")) draw(x, node);
  canvas.toBlob(blob => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}

function draw(x, node) {
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  if (!box.width || !box.height) return;
  if (node.tagName === "CANVAS") x.drawImage(node, box.left, box.top, box.width, box.height);
  if (node.tagName === "INPUT") return write(x, [[node.value, box.left + 8, box.top + box.height / 2]], box, style);
  paint(x, style.borderTopColor, box.left, box.top, box.width, parseFloat(style.borderTopWidth));
  paint(x, style.borderRightColor, box.right, box.top, -parseFloat(style.borderRightWidth), box.height);
  if (node.tagName === "I") paint(x, style.backgroundColor, box.left, box.top, box.width, box.height);
  for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) write(x, lines(child), box, style);
}

function paint(x, colour, left, top, width, height) {
  if (!width || !height) return;
  x.fillStyle = colour;
  x.fillRect(left, top, width, height);
}

// The lines of a text as the browser broke it: [text, left, middle].
function lines(node) {
  const range = document.createRange(), found = [];
  for (let k = 0; k < node.length; k++) {
    range.setStart(node, k); range.setEnd(node, k + 1);
    const { left, top, height, width } = range.getBoundingClientRect();
    if (!width) continue;
    const last = found[found.length - 1], middle = top + height / 2;
    if (last && Math.abs(last[2] - middle) < height / 2) last[0] += node.data[k];
    else found.push([node.data[k], left, middle]);
  }
  return found;
}

// Cut off where its element is.
function write(x, found, box, style) {
  x.save();
  x.beginPath(); x.rect(box.left - 1, box.top - 1, box.width + 2, box.height + 2); x.clip();
  x.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  x.fillStyle = style.color;
  x.textAlign = "left";
  x.textBaseline = "middle";
  for (const [text, left, middle] of found) x.fillText(text, left, middle);
  x.restore();
}
