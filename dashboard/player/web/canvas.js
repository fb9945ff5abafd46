// Small helpers to draw on a canvas that is sharp on every screen.

// Reading a size forces the browser to lay the page out again, so it is read only when it has changed.
const sizes = new WeakMap();
const measured = new ResizeObserver(entries => {
  for (const { target } of entries) {
    sizes.set(target, [target.clientWidth, target.clientHeight]);
    target.dispatchEvent(new Event("resized", { bubbles: true }));
  }
});

function size(canvas) {
  if (!sizes.has(canvas)) {
    sizes.set(canvas, [canvas.clientWidth, canvas.clientHeight]);
    measured.observe(canvas);
  }
  return sizes.get(canvas);
}

// Changes a text only where it differs: an unchanged page needs no new layout.
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// The page's type against the usual 16 pixels: larger on a projector. Drawings grow with it, their texts and
// lines as one, so a drawing's own pixels are so many of the screen's.
let growth = 1;
export const grown = () => growth;
export function grow() { growth = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1; }

// Where the pointer is on a canvas, in the drawing's own pixels.
export function pointed(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) / growth, (event.clientY - box.top) / growth];
}

// While a picture is saved: the context to draw a canvas's content with, instead of on the screen.
let paper = null;
export function onPaper(place, redraw) {
  paper = place;
  try { redraw(); } finally { paper = null; }
}

// The context, and the room in the drawing's own pixels.
export function prepare(canvas) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = size(canvas);
  if (paper) return [paper(canvas), width / growth, height / growth];
  const w = Math.round(width * ratio), h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  const x = canvas.getContext("2d");
  x.setTransform(ratio * growth, 0, 0, ratio * growth, 0, 0);
  x.clearRect(0, 0, width, height);
  return [x, width / growth, height / growth];
}

let font = "sans-serif";
export const useFont = name => { font = name; };

export function write(x, text, left, top, colour, size = 13, align = "left", weight = 400) {
  x.fillStyle = colour;
  x.textAlign = align;
  x.textBaseline = "middle";
  x.font = `${weight} ${size}px ${font}`;
  x.fillText(text, left, top);
}

export const short = value => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 0.01 && size < 1000 ? value.toPrecision(3).replace(/\.?0+$/, "") : value.toExponential(1);
};
