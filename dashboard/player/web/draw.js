// A sheet to draw a curve on, from left to right, with the pointer or with the arrow keys: up and down set the height,
// left and right draw to there. What is drawn is told as 300 numbers from -1 to 1.

const POINTS = 300, STRIDE = 6, RISE = 0.1, REST = 400, sheets = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const host = parentElement.querySelector(".host");
  if (sheets.has(host)) return;
  const canvas = document.createElement("canvas"), x = canvas.getContext("2d");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", data?.label || "");
  Object.assign(canvas.style, { boxSizing: "border-box", width: "100%", height: "220px", touchAction: "none", cursor: "crosshair", display: "block", border: "1px solid currentColor", borderRadius: "6px" });
  host.replaceChildren(canvas);
  const values = new Array(POINTS).fill(null), sheet = { last: null, pen: [0, 0], drawn: [0, 0] };
  sheets.set(host, sheet);
  const place = event => {
    const box = canvas.getBoundingClientRect();
    const k = Math.round(((event.clientX - box.left) / box.width) * (POINTS - 1));
    return [Math.max(0, Math.min(POINTS - 1, k)), Math.max(-1, Math.min(1, 1 - 2 * ((event.clientY - box.top) / box.height)))];
  };
  const draw = () => {
    const ratio = window.devicePixelRatio || 1, { width, height } = canvas.getBoundingClientRect(), ink = getComputedStyle(host).color;
    canvas.width = width * ratio; canvas.height = height * ratio;
    x.scale(ratio, ratio);
    x.strokeStyle = ink; x.globalAlpha = 0.25; x.lineWidth = 1;
    x.beginPath(); x.moveTo(0, height / 2); x.lineTo(width, height / 2); x.stroke();
    x.globalAlpha = 1; x.lineWidth = 2.5; x.lineJoin = "round";
    x.beginPath();
    let drawn = false;
    values.forEach((v, k) => {
      if (v === null) { drawn = false; return; }
      const at = [(k / (POINTS - 1)) * width, ((1 - v) / 2) * height];
      drawn ? x.lineTo(...at) : x.moveTo(...at);
      drawn = true;
    });
    x.stroke();
    if (!canvas.matches(":focus-visible")) return;
    const [k, v] = sheet.pen;
    x.beginPath(); x.arc(Math.min(width - 6, Math.max(6, (k / (POINTS - 1)) * width)), ((1 - v) / 2) * height, 5, 0, 7); x.fillStyle = ink; x.fill();
  };
  const line = ([from, was], [to, v]) => {
    const steps = Math.abs(to - from);
    for (let j = 0; j <= steps; j++) values[from + Math.sign(to - from) * j] = steps ? was + ((v - was) * j) / steps : v;
    draw();
  };
  const tell = () => setStateValue("curve", filled(values));
  canvas.onpointerdown = event => { canvas.setPointerCapture(event.pointerId); sheet.last = place(event); values[sheet.last[0]] = sheet.last[1]; draw(); };
  canvas.onpointermove = event => {
    if (!sheet.last) return;
    const now = place(event);
    line(sheet.last, now);
    sheet.last = now;
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!sheet.last) return;
    sheet.pen = sheet.drawn = sheet.last;
    sheet.last = null;
    tell();
  };
  canvas.onkeydown = event => {
    const [right, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [0, 0], [k, v] = sheet.pen;
    if (!right && !up) return;
    event.preventDefault();
    sheet.pen = [Math.max(0, Math.min(POINTS - 1, k + right * STRIDE)), Math.max(-1, Math.min(1, v + up * RISE))];
    if (!right) return draw();
    line(sheet.drawn, sheet.pen);
    sheet.drawn = sheet.pen;
    clearTimeout(sheet.timer);
    sheet.timer = setTimeout(tell, REST); // milliseconds after the last of many keys
  };
  canvas.onfocus = canvas.onblur = draw;
  new ResizeObserver(draw).observe(canvas);
  draw();
}

// Gaps are bridged by straight lines, ends by their nearest value.
function filled(values) {
  const known = values.map((v, k) => [k, v]).filter(([, v]) => v !== null);
  return values.map((v, k) => {
    if (v !== null) return +v.toFixed(4);
    const after = known.findIndex(([j]) => j > k), b = known[after < 0 ? known.length - 1 : after], a = known[after < 0 ? known.length - 1 : Math.max(0, after - 1)];
    return +(b[0] === a[0] || k < a[0] ? a[1] : a[1] + ((b[1] - a[1]) * (k - a[0])) / (b[0] - a[0])).toFixed(4);
  });
}
