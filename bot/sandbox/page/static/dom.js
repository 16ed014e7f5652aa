// Builder of DOM elements. Text stays text: nothing in this page parses HTML.

const SVG = "http://www.w3.org/2000/svg";

// Icons: one path each on a 20 by 20 field, in the text's colour.
const ICONS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5L5 15",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  reply: "M4 5h12v8H9l-4 3v-3H4z",
  send: "M3 10l14-6-4 12-4-4zM9 12l8-8",
  theme: "M10 3a7 7 0 1 0 7 7 5.5 5.5 0 0 1-7-7z",
  inspect: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  copy: "M7 7h9v9H7zM4 13V4h9",
  edit: "M4 16l1-4 8-8 3 3-8 8z",
  delete: "M4 6h12M8 6V4h4v2M6 6l1 10h6l1-10",
  window: "M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7",
  bolt: "M11 3L5 11h4l-1 6 6-8h-4z",
  chevron: "M6 8l4 4 4-4",
  clip: "M14 6l-6 6a2 2 0 0 0 3 3l6-6a4 4 0 0 0-6-6L5 9a6 6 0 0 0 1 8",
  smile: "M10 2a8 8 0 1 0 .01 0zM7 12a4 4 0 0 0 6 0M7.5 7.5v.01M12.5 7.5v.01",
  pin: "M7 3h6M8 3v5l-3 4h10l-3-4V3M10 12v6",
  people: "M8 9a3 3 0 1 0-.01 0zM2.5 17a5.5 5.5 0 0 1 11 0M13 3.5a3 3 0 0 1 0 5.5M15 12a5 5 0 0 1 2.5 5",
  leave: "M8 3H4v14h4M8 10h9M14 7l3 3-3 3",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
  download: "M10 3v9M6 9l4 4 4-4M4 17h12",
  link: "M8 12l4-4M9 6l2-2a4 4 0 0 1 5 5l-2 2M11 14l-2 2a4 4 0 0 1-5-5l2-2",
  again: "M16 10a6 6 0 1 1-2-4.5M16 2v4h-4",
  lock: "M6 9V7a4 4 0 0 1 8 0v2M5 9h10v7H5z",
};

// h("button", {class: "x", type: "button", on: {click}}, "text", child, ...)
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(node, name, value);
  append(node, children);
  return node;
}

function setProperty(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "data") {
    Object.assign(node.dataset, value);
  } else if (name === "value") {
    node.value = value;
  } else {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false && child !== "") node.append(child);
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// Draws a small picture of a filled and a stroked path, either of which may be "".
export function drawing([filled, fill, stroked, stroke = "#ffffff"]) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "drawing");
  svg.setAttribute("aria-hidden", "true");
  const paths = [[filled, fill, "none"], [stroked, "none", stroke]];
  for (const [d, inside, outline] of paths.filter(([each]) => each)) {
    const path = document.createElementNS(SVG, "path");
    for (const [name, value] of Object.entries({ d, fill: inside, stroke: outline })) path.setAttribute(name, value);
    svg.append(path);
  }
  return svg;
}

export function iconButton(name, label, click, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click }, ...props }, icon(name));
}

let counter = 0;

export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

export function isOutside(url) {
  return /^(https?:|mailto:|tel:)/i.test(url);
}

// Makes an external link; anything but a web, mail or phone address stays text.
export function outsideLink(url, ...children) {
  if (!isOutside(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function toast(words) {
  const note = h("div", { class: "toast" }, words);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 5000);
}

// Sets `lang`, since Chinese characters have other shapes in Japanese fonts.
export function languageOf(text) {
  return /\p{Script=Han}/u.test(text) ? "zh-Hant" : null;
}
