// Pop-up menu: arrow keys move, Enter chooses, Esc closes and restores the focus.

import { h, icon, isOutside } from "./dom.js";

let open = null;

export function closeMenu() {
  open?.node.remove();
  open?.anchor.setAttribute("aria-expanded", "false");
  open = null;
}

// entries: {label, hint, icon, run} or {label, href}; a null entry is a rule.
export function openMenu(anchor, entries, label = "Menu") {
  const again = open?.anchor === anchor;
  closeMenu();
  if (again) return;
  const node = h("div", { class: "menu", role: "menu", "aria-label": label }, entries.map(drawEntry));
  // Inside a dialog the menu must be a child of the dialog, else it would lie beneath it.
  (anchor.closest("dialog") ?? document.body).append(node);
  placeBy(anchor, node);
  anchor.setAttribute("aria-expanded", "true");
  open = { node, anchor };
  items()[0]?.focus();
}

function drawEntry(entry) {
  if (!entry) return h("hr", { role: "separator" });
  const content = [
    entry.icon && icon(entry.icon),
    h("span", { class: "menu-label" }, entry.label),
    entry.hint && h("span", { class: "menu-hint" }, entry.hint),
  ];
  const choose = () => {
    const { anchor } = open;
    closeMenu();
    anchor.focus();
    entry.run?.();
  };
  // Apps name addresses here: only web, mail and this page's own are followed.
  if (entry.href && (entry.here || isOutside(entry.href))) {
    const target = entry.here ? {} : { target: "_blank", rel: "noopener noreferrer" };
    return h("a", { role: "menuitem", tabindex: "-1", href: entry.href, ...target, on: { click: choose } }, content);
  }
  return h("button", { type: "button", role: "menuitem", tabindex: "-1", class: entry.danger ? "danger" : null, on: { click: choose } }, content);
}

function placeBy(anchor, node) {
  const at = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const below = at.bottom + 4 + size.height <= innerHeight;
  const top = below ? at.bottom + 4 : Math.max(8, at.top - 4 - size.height);
  const left = Math.min(Math.max(8, at.right - size.width), innerWidth - size.width - 8);
  node.style.top = `${top}px`;
  node.style.left = `${Math.max(8, at.left < innerWidth / 2 ? Math.min(at.left, innerWidth - size.width - 8) : left)}px`;
}

function items() {
  return [...open.node.querySelectorAll("[role=menuitem]")];
}

const MOVES = {
  ArrowDown: (place, count) => (place + 1) % count,
  ArrowUp: (place, count) => (place - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

document.addEventListener("keydown", (event) => {
  if (!open) return;
  if (event.key === "Escape") {
    const { anchor } = open;
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
    anchor.focus();
  } else if (event.key === "Tab") {
    closeMenu();
  } else if (MOVES[event.key]) {
    event.preventDefault();
    const all = items();
    all[MOVES[event.key](all.indexOf(document.activeElement), all.length)].focus();
  }
}, true);

document.addEventListener("pointerdown", (event) => {
  if (open && !open.node.contains(event.target) && !open.anchor.contains(event.target)) closeMenu();
});

addEventListener("resize", closeMenu);
