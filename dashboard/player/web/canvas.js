// Small helpers to draw on a canvas that is sharp on every screen.

export function prepare(canvas) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const width = canvas.clientWidth, height = canvas.clientHeight;
  const w = Math.round(width * ratio), h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  const x = canvas.getContext("2d");
  x.setTransform(ratio, 0, 0, ratio, 0, 0);
  x.clearRect(0, 0, width, height);
  return [x, width, height];
}

export function write(x, text, left, top, colour, size = 13, align = "left", weight = 400) {
  x.fillStyle = colour;
  x.textAlign = align;
  x.textBaseline = "middle";
  x.font = `${weight} ${size}px ${x.fontFamily || "sans-serif"}`;
  x.fillText(text, left, top);
}

export const short = value => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 0.01 && size < 1000 ? value.toPrecision(3).replace(/\.?0+$/, "") : value.toExponential(1);
};
