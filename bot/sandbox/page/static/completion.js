// Completion list of commands and people for the composer.

import { freshId, h } from "./dom.js";
import { avatarOf } from "./message.js";
import { state } from "./store.js";

const MOST = 8;

export function attachCompletion(field, box) {
  const id = freshId("completion");
  const list = h("ul", { class: "completion", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
  box.append(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  let entries = [];
  let chosen = 0;

  function close() {
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
    entries = [];
  }

  function look() {
    entries = suggestions(field.value, field.selectionStart);
    chosen = 0;
    draw();
  }

  function draw() {
    if (!entries.length) return close();
    list.replaceChildren(...entries.map((entry, place) => h("li", {
      role: "option",
      id: `${id}-${place}`,
      "aria-selected": String(place === chosen),
      on: { pointerdown: (event) => { event.preventDefault(); take(entry); } },
    }, entry.drawn)));
    list.hidden = false;
    field.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function take(entry) {
    const after = field.value.slice(field.selectionStart).replace(/^ /, "");
    field.value = field.value.slice(0, entry.from) + entry.text + after;
    field.selectionStart = field.selectionEnd = entry.from + entry.text.length;
    close();
    field.dispatchEvent(new Event("input"));
  }

  // Returns true when the list handled the key.
  function key(event) {
    if (list.hidden || event.isComposing) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (moves[event.key]) {
      chosen = (chosen + moves[event.key] + entries.length) % entries.length;
      draw();
    } else if (event.key === "Tab" || event.key === "Enter") {
      // A command typed in full is sent, not completed again.
      if (event.key === "Enter" && field.value.trim() === entries[chosen].text.trim()) return close(), false;
      take(entries[chosen]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  return { key };
}

function suggestions(text, caret) {
  const before = text.slice(0, caret);
  const command = before.match(/^\/\S*$/);
  if (command) return commands(command[0]);
  const name = before.match(/(?:^|[\s(])@([^\s@]*)$/u);
  return name ? people(name[1], caret - name[1].length - 1) : [];
}

function commands(typed) {
  return state.app.commands.filter((each) => each.command.startsWith(typed.toLowerCase())).map((each) => ({
    from: 0,
    text: `${each.command} `,
    drawn: [
      h("span", { class: "completion-name" }, each.command, each.usage_hint && h("span", { class: "muted" }, ` ${each.usage_hint}`)),
      h("span", { class: "muted" }, each.description),
    ],
  }));
}

function people(typed, from) {
  const wanted = typed.toLowerCase();
  const fits = (user) => [user.name, ...user.real_name.split(" "), user.real_name].some((name) => name.toLowerCase().startsWith(wanted));
  return [...state.users.values()].filter(fits).slice(0, MOST).map((user) => ({
    from,
    text: `@${user.real_name} `,
    drawn: [h("span", { class: "completion-person" }, avatarOf(user), h("span", { class: "completion-name" }, user.real_name)),
      h("span", { class: "muted" }, user.is_bot ? "App" : user.title)],
  }));
}
