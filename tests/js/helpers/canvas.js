// A canvas without a browser: its context writes down what is drawn, and with which colour.
// Import it before the modules under test; they look for a browser as they are loaded.

globalThis.window = { devicePixelRatio: 1 };
globalThis.ResizeObserver = class {
  observe() {}
};

// drawn: [{name, arguments, fillStyle, strokeStyle, font, globalAlpha}] of every method called.
export function recordedCanvas(width, height) {
  const drawn = [];
  const state = { fillStyle: "", strokeStyle: "", font: "", globalAlpha: 1 };
  const measured = { measureText: text => ({ width: 7 * text.length }) };
  const context = new Proxy(state, {
    get: (_, name) =>
      name in state
        ? state[name]
        : (...values) => {
            drawn.push({ ...state, name, arguments: values });
            return measured[name]?.(...values);
          },
    set: (_, name, value) => {
      state[name] = value;
      return true;
    },
  });
  return { clientWidth: width, clientHeight: height, drawn, getContext: () => context };
}

// [{text, left, top, colour, weight}] of all texts that stand on the canvas.
export const texts = canvas =>
  canvas.drawn
    .filter(({ name }) => name === "fillText")
    .map(({ arguments: [text, left, top], fillStyle, font }) => ({
      text,
      left,
      top,
      colour: fillStyle,
      weight: Number(font.split(" ")[0]),
    }));

// [{left, top, width, height, colour}] of all filled rectangles.
export const rectangles = canvas =>
  canvas.drawn
    .filter(({ name }) => name === "fillRect")
    .map(({ arguments: [left, top, w, h], fillStyle }) => ({
      left,
      top,
      width: w,
      height: h,
      colour: fillStyle,
    }));

// Colours by name, so that a test reads which one was taken.
export const COLOURS = {
  text: "text",
  muted: "muted",
  accent: "accent",
  positive: "positive",
  gradient: "gradient",
  wrong: "wrong",
  negative: "negative",
  line: "line",
  soft: "soft",
  background: "background",
  sequential: Array.from({ length: 256 }, (_, level) => level),
  slopes: Array.from({ length: 256 }, (_, level) => level),
  css: level => `sequential ${level}`,
};

// Every string of the player is its own key.
export const STRINGS = new Proxy({}, { get: (_, key) => String(key) });
