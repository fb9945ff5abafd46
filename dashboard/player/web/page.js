// The elements of the player: built once for a run, filled by the other files.

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const option = (value, text) => element("option", { value }, text);

export function build(host, header) {
  const S = header.strings, root = element("div", { class: "player", tabindex: "0" });
  const play = element("button", { class: "play", type: "button" }, S.play);
  const step = element("button", { class: "step", type: "button" }, S.step);
  const reset = element("button", { class: "reset", type: "button" }, S.reset);
  const speed = element("select", { "aria-label": S.speed },
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
  const show = element("select", { "aria-label": `${S.values} / ${S.gradients}` }, option("values", S.values), option("gradients", S.gradients));
  const layer = element("select", { "aria-label": S.layer },
    ...header.layers.map(([l, d], k) => option(k, `${S.layer} ${l + 1} ${header.layers.some(x => x[1] === "reverse") ? (d === "reverse" ? "←" : "→") : ""}`)));
  layer.hidden = header.layers.length < 2;
  const legend = element("canvas", { class: "legend", "aria-hidden": "true" });
  const above = element("div", { class: "above" }, element("label", {}, `${S.read} `, probe), answer, error, element("span", { class: "gap" }), layer, show, legend);

  const network = element("canvas", { role: "img", "aria-label": S.network }), gradients = element("canvas", { role: "img", "aria-label": S.gradient });
  const left = element("div", { class: "left" });
  const row = (name, sub, canvas, kind, colour) => {
    const label = element("span", { class: "name" }, element("b", {}, name), element("small", {}, sub));
    if (colour) label.style.borderColor = colour;
    left.append(element("div", { class: `row ${kind}` }, label, canvas));
    return label;
  };
  row("x → h", S.network, network, "network");
  const order = [...header.names].sort((a, b) => rank(a) - rank(b));
  const rows = order.map(name => {
    const canvas = element("canvas", { class: "map", role: "img", "aria-label": name });
    return { name, canvas, label: row(name, "", canvas, "heat", header.colours[name]) };
  });
  row("‖∂L/∂·‖", S.gradient, gradients, "grads");
  const words = element("div", { class: "words" });
  left.append(words);

  const right = element("div", { class: "right" });
  const chart = (title, lines, marks = [], unit = false) => {
    const canvas = element("canvas", { role: "img", "aria-label": title }), note = element("span", { class: "note" });
    right.append(element("figure", {}, element("figcaption", {}, element("b", {}, title), note), canvas));
    return { canvas, note, lines, marks, unit, legend: [] };
  };
  const panel = element("canvas", { class: "panel" });
  const diagnosis = element("div", { class: "diagnosis" });
  const second = element("div", { class: "second" }, diagnosis, status);
  root.append(strip, banner, second, above, element("div", { class: "columns" }, left, right));
  host.replaceChildren(root);
  return { root, play, step, reset, speed, slow, scrub, status, banner, bannerText, bannerButton, probe, error, answer, show, layer, legend, network, gradients, rows, words, right, chart, panel, diagnosis };
}

const rank = name => ["h", "c"].includes(name) ? ["h", "c"].indexOf(name) : 2;
