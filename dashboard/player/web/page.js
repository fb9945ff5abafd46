// The elements of the player: built once for a run, filled by the other files.

export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

export const option = (value, text) => element("option", { value }, text);

// The strip of controls, the banner, and the line about what is watched. layers: [layer, direction] of the deepest run.
export function controls(S, layers, shows) {
  const play = element("button", { class: "play", type: "button" }, S.play);
  const step = element("button", { class: "step", type: "button" }, S.step);
  const reset = element("button", { class: "reset", type: "button" }, S.reset);
  const speed = element("select", { class: "speed", "aria-label": S.speed },
    ...[5, 15, 30, 60].map(v => option(v, `${v} ${S["per second"]}`)), option(600, S.fast));
  speed.value = "30";
  const slow = element("input", { type: "checkbox" });
  const scrub = element("input", { type: "range", min: "0", max: "0", value: "0", "aria-label": S.update });
  const status = element("output", { class: "status" });
  const strip = element("div", { class: "strip" }, play, step, reset, speed,
    element("label", { class: "slow" }, slow, S["slow motion"]), scrub);
  const bannerText = element("span"), bannerButton = element("button", { type: "button" });
  const banner = element("div", { class: "banner", role: "alert", hidden: "" }, bannerText, bannerButton);

  const probe = element("input", { class: "probe", type: "text", maxlength: "2000", "aria-label": S.read, spellcheck: "false" });
  const error = element("span", { class: "error", role: "status" }), answer = element("span", { class: "answer" });
  const show = element("select", { "aria-label": `${S.values} / ${S.gradients}` }, ...shows.map(name => option(name, S[name])));
  const layer = element("select", { "aria-label": S.layer },
    ...layers.map(([l, d], k) => option(k, `${S.layer} ${l + 1} ${layers.some(x => x[1] === "reverse") ? (d === "reverse" ? "←" : "→") : ""}`)));
  layer.hidden = layers.length < 2;
  const legend = element("canvas", { class: "legend", "aria-hidden": "true" });
  const above = element("div", { class: "above" }, element("label", {}, `${S.read} `, probe), answer, error, element("span", { class: "gap" }), layer, show, legend);
  return { play, step, reset, speed, slow, scrub, status, strip, banner, bannerText, bannerButton, probe, error, answer, show, layer, legend, above };
}

// One network on the time axis; `parent` takes its rows. See column.js.
export function column(parent, header) {
  const S = header.strings;
  const network = element("canvas", { role: "img", "aria-label": S.network }), gradients = element("canvas", { role: "img", "aria-label": S.gradient });
  const row = (name, sub, canvas, kind, colour) => {
    const label = element("span", { class: "name" }, element("b", {}, name), element("small", {}, sub));
    if (colour) label.style.borderColor = colour;
    parent.append(element("div", { class: `row ${kind}` }, label, canvas));
    return label;
  };
  row("x → h", S.network, network, "network");
  const order = [...header.names].sort((a, b) => rank(a) - rank(b));
  const rows = order.map(name => {
    const canvas = element("canvas", { class: "map", role: "img", "aria-label": name });
    return { name, canvas, label: row(name, "", canvas, `heat ${name}`, header.colours[name]) };
  });
  row("‖∂L/∂·‖", S.gradient, gradients, "grads");
  return { network, rows, gradients };
}

// Metrics that are shares of a whole, shown in percent.
export const isShare = metric => /accuracy|exact|whole/.test(metric);

export const title = name => (name.length < 4 ? name.toUpperCase() : name[0].toUpperCase() + name.slice(1));

// A curve with its title and its present values.
export function figure(parent, title) {
  const canvas = element("canvas", { role: "img", "aria-label": title }), note = element("span", { class: "note" });
  const caption = element("b", {}, title);
  parent.append(element("figure", {}, element("figcaption", {}, caption, note), canvas));
  return { canvas, note, caption, legend: [] };
}

export function build(host, header) {
  const S = header.strings, root = element("div", { class: "player", tabindex: "0" });
  const p = controls(S, header.layers, ["values", "gradients"]);
  const left = element("div", { class: "left" }), right = element("div", { class: "right" });
  const parts = column(left, header);
  const words = element("div", { class: "words" });
  left.append(words);
  const chart = (title, lines, marks = [], unit = false) => ({ ...figure(right, title), lines, marks, unit });
  const panel = element("canvas", { class: "panel" });
  const diagnosis = element("div", { class: "diagnosis" });
  const second = element("div", { class: "second" }, diagnosis, p.status);
  root.append(p.strip, p.banner, second, p.above, element("div", { class: "columns" }, left, right));
  host.replaceChildren(root);
  return { ...p, ...parts, root, words, right, chart, panel, diagnosis, second };
}

const rank = name => ["h", "c"].includes(name) ? ["h", "c"].indexOf(name) : 2;
