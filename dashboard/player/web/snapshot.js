// The page as one picture: its canvases and its texts, drawn where they stand, and given to the reader as a PNG.

const SHARP = 2;

export function savePicture(root, colours, name) {
  const whole = root.getBoundingClientRect(), canvas = document.createElement("canvas");
  canvas.width = whole.width * SHARP;
  canvas.height = whole.height * SHARP;
  const x = canvas.getContext("2d");
  x.scale(SHARP, SHARP);
  x.fillStyle = colours.background;
  x.fillRect(0, 0, whole.width, whole.height);
  x.translate(-whole.left, -whole.top);
  for (const node of root.querySelectorAll(".fair, .status, .side *, .words, .below *")) {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width || !box.height) continue;
    if (node.tagName === "CANVAS") x.drawImage(node, box.left, box.top, box.width, box.height);
    paint(x, style.borderTopColor, box.left, box.top, box.width, parseFloat(style.borderTopWidth));
    paint(x, style.borderRightColor, box.right, box.top, -parseFloat(style.borderRightWidth), box.height);
    if (node.tagName === "I") paint(x, style.backgroundColor, box.left, box.top, box.width, box.height);
    for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) text(x, child, box, style);
  }
  canvas.toBlob(blob => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}

function paint(x, colour, left, top, width, height) {
  if (!width || !height) return;
  x.fillStyle = colour;
  x.fillRect(left, top, width, height);
}

// One text, line by line, cut off where its element is.
function text(x, node, box, style) {
  const range = document.createRange(), lines = node.textContent.split("\n");
  range.selectNodeContents(node);
  x.save();
  x.beginPath(); x.rect(box.left - 1, box.top - 1, box.width + 2, box.height + 2); x.clip();
  x.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  x.fillStyle = style.color;
  x.textAlign = "left";
  x.textBaseline = "middle";
  const rects = [...range.getClientRects()];
  lines.forEach((line, k) => { const at = rects[k]; if (at) x.fillText(line, at.left, at.top + at.height / 2); });
  x.restore();
}
