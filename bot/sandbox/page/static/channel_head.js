// Channel header: members, pins and bookmarks, and the button to join.

import { fill, h, icon, outsideLink, toast } from "./dom.js";
import { openMenu } from "./menu.js";
import { emojiNode, plainText } from "./mrkdwn.js";
import { act, state, userOf } from "./store.js";

const PIN_WORDS = 60;

// Member count, which opens the list of members.
export function peopleButton(channel) {
  const words = channel.members.length === 1 ? "1 member" : `${channel.members.length} members`;
  const node = h("button", { type: "button", class: "people-button", "aria-haspopup": "menu", "aria-label": words, title: words }, icon("people"), String(channel.members.length));
  node.addEventListener("click", () => openMenu(node, peopleEntries(channel), "Members"));
  return node;
}

function peopleEntries(channel) {
  const people = channel.members.map(userOf).map((user) => (
    { label: user.real_name, hint: user.from || (user.is_bot ? "App" : user.id === state.me ? "you" : user.title) }));
  const canLeave = channel.kind !== "mpim" && channel.members.includes(state.me);
  return canLeave ? [...people, null, { label: "Leave channel", icon: "leave", danger: true, run: () => go("leave", channel) }] : people;
}

// Notice that posting is impossible: the channel is archived, or the person is not a member.
export function closedBar(channel) {
  if (channel.is_archived) return h("span", {}, "This channel is archived: it can be read, and nothing can be added.");
  return [h("span", {}, `You are looking at #${channel.name}.`),
    h("button", { type: "button", class: "button button-primary", on: { click: () => go("join", channel) } }, "Join channel")];
}

function go(name, channel) {
  act(name, { channel: channel.id }).catch((error) => toast(error.message));
}

export function drawShelf(node, channel, reveal) {
  const pinned = Object.keys(channel.pins).filter((ts) => channel.messages.has(ts)).reverse();
  node.hidden = !pinned.length && !channel.bookmarks.length;
  fill(node, pinned.length > 0 && pinsButton(channel, pinned, reveal), channel.bookmarks.map(bookmark));
}

function pinsButton(channel, pinned, reveal) {
  const node = h("button", { type: "button", class: "shelf-item", "aria-haspopup": "menu" }, icon("pin"), `${pinned.length} pinned`);
  const entries = () => pinned.map((ts) => {
    const message = channel.messages.get(ts);
    const words = plainText(message.text) || message.files?.[0]?.name || "A message";
    return { label: words.length > PIN_WORDS ? `${words.slice(0, PIN_WORDS)}…` : words, hint: userOf(message.user).real_name, run: () => reveal(ts) };
  });
  node.addEventListener("click", () => openMenu(node, entries(), "Pinned messages"));
  return node;
}

function bookmark(each) {
  const name = each.emoji?.replaceAll(":", "");
  const link = outsideLink(each.link, name ? emojiNode(name) : icon("link"), h("span", {}, each.title));
  link.className = "shelf-item";
  link.title = each.link;
  return link;
}
