// Emoji picker for reactions.

import { fill, h } from "./dom.js";
import { drawingFor, emojiFor, emojiNames, isOnThisMachine } from "./emoji.js";
import { emojiNode } from "./mrkdwn.js";

const FREQUENT = ["thumbsup", "white_check_mark", "eyes", "tada", "heart", "joy", "pray", "raised_hands", "rocket", "fire", "x", "thinking_face"];
const MOST = 48;

// Each emoji once, by the first of its names.
const OFFERED = [...FREQUENT, ...emojiNames()].filter((name, place, all) => all.findIndex((each) => emojiFor(each) === emojiFor(name)) === place);

let open = null;

function isDrawn(name) {
  return Boolean(drawingFor(name)) || isOnThisMachine(emojiFor(name));
}

export function closePicker() {
  if (!open) return;
  const { node, anchor } = open;
  open = null;
  node.remove();
  anchor.setAttribute("aria-expanded", "false");
  anchor.focus();
}

// `run` is called with the chosen name.
export function openPicker(anchor, run) {
  if (open) return closePicker();
  const field = h("input", { class: "field", type: "search", placeholder: "Search emoji", "aria-label": "Search emoji" });
  const grid = h("div", { class: "picker-grid" });
  const choose = (name) => {
    closePicker();
    run(name);
  };
  const draw = () => {
    const wanted = field.value.trim().toLowerCase().replaceAll(":", "");
    const names = (wanted ? emojiNames().filter((name) => name.includes(wanted)) : OFFERED.filter(isDrawn)).slice(0, MOST);
    fill(grid, names.map((name) => h("button", { type: "button", "aria-label": name, title: `:${name}:`, on: { click: () => choose(name) } }, emojiNode(name))),
      !names.length && h("p", { class: "muted" }, "No emoji of that name."));
  };
  field.addEventListener("input", draw);
  const node = h("div", { class: "picker", role: "dialog", "aria-label": "Add a reaction" }, field, grid);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.stopPropagation(), closePicker();
    else if (event.key === "Enter" && event.target === field) grid.querySelector("button")?.click();
  });
  draw();
  document.body.append(node);
  placeBy(anchor, node);
  anchor.setAttribute("aria-expanded", "true");
  open = { node, anchor };
  field.focus();
}

function placeBy(anchor, node) {
  const at = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const below = at.bottom + 4 + size.height <= innerHeight;
  node.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - size.height)}px`;
  node.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.node.contains(event.target) && !open.anchor.contains(event.target)) closePicker();
});
