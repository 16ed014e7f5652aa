// One message: author, time, content and actions.

import { allValues, drawBlocks, makeHost } from "./blocks.js";
import { ask } from "./confirm.js";
import { append, h, icon, iconButton, languageOf, toast } from "./dom.js";
import { drawFiles } from "./files.js";
import { openMenu } from "./menu.js";
import { emojiNode, mrkdwn, plainText } from "./mrkdwn.js";
import { openPicker } from "./picker.js";
import { act, openPlace, state, userOf } from "./store.js";

const TONES = 8;

export function avatarOf(user) {
  const words = user.real_name.trim().split(/\s+/);
  const han = /\p{Script=Han}/u.test(user.real_name);
  const letters = han ? user.real_name.slice(-2) : words.map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const tone = [...user.id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % TONES;
  const kind = user.is_bot ? " avatar-bot" : "";
  return h("span", { class: `avatar tone-${tone}${kind}`, "aria-hidden": "true" }, letters);
}

export function timeOf(ts) {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts) {
  return timeOf(ts).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

// options: channel, compact (same author as above), inThread
export function drawMessage(message, options) {
  const author = userOf(message.user);
  const moment = h("time", { class: "time", datetime: timeOf(message.ts).toISOString(), title: timeOf(message.ts).toLocaleString() }, clockTime(message.ts));
  const node = h("article", {
    class: ["message", options.compact && "compact", message.pinned_to && "pinned", message.is_ephemeral && "ephemeral"].filter(Boolean).join(" "),
    data: { ts: message.ts },
    "aria-label": `${author.real_name}, ${clockTime(message.ts)}`,
  });
  const gone = message.subtype === "tombstone";
  const side = options.compact ? moment : gone ? h("span", { class: "avatar avatar-gone", "aria-hidden": "true" }, icon("delete")) : avatarOf(author);
  const head = !options.compact && !gone && h("div", { class: "message-head" },
    h("span", { class: "author" }, author.real_name), author.is_bot && h("span", { class: "badge" }, "APP"), author.from && h("span", { class: "badge badge-guest" }, author.from), moment);
  const content = h("div", { class: "message-body" },
    message.is_ephemeral && h("div", { class: "only-you" }, icon("lock"), "Only visible to you"),
    message.pinned_to && h("div", { class: "only-you pinned-by" }, icon("pin"), `Pinned by ${pinnerOf(message, options.channel)}`),
    head,
    h("div", { class: "message-content", lang: languageOf(message.text) }, drawContent(message, options.channel)),
    drawFiles(message),
    reactionsOf(message, options.channel),
    !options.inThread && threadLink(message, options.channel));
  append(node, [h("div", { class: "message-side" }, side), content]);
  if (!gone) append(node, [toolbar(message, options, node)]);
  return node;
}

function pinnerOf(message, channel) {
  const id = channel.pins[message.ts];
  return id === state.me ? "you" : userOf(id ?? "").real_name || "someone";
}

function drawContent(message, channel) {
  // As in Slack, a changed message with an app's blocks has no "edited" mark.
  const unmarked = message.bot_id && message.blocks?.length;
  const edited = message.edited && !unmarked && h("span", { class: "edited" }, "(edited)");
  if (message.subtype === "tombstone") return h("em", { class: "tombstone" }, message.text);
  if (!message.blocks?.length) return h("div", { class: "text" }, mrkdwn(message.text), edited && [" ", edited]);
  const host = makeHost(sendAction, () => {});
  function sendAction(block, element, chosen) {
    const asked = { channel: channel.id, ts: message.ts, block_id: block.block_id, action_id: element.action_id, chosen };
    return act("use_in_message", { ...asked, values: allValues(message.blocks, host) })
      .then((answer) => answer.acked || toast(`${state.app.name} did not answer.`))
      .catch((error) => toast(error.message));
  }
  const blocks = drawBlocks(message.blocks, host);
  // As in Slack, the mark follows the last line of the typed text.
  const last = blocks.querySelector(":scope > .rich-text:last-child > .rich-section:last-child");
  if (edited && last) last.append(" ", edited);
  return [blocks, edited && !last && edited];
}

function reactionsOf(message, channel) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const mine = reaction.users.includes(state.me);
    const names = reaction.users.map((id) => userOf(id).real_name).join(", ");
    const toggle = () => act("react", { channel: channel.id, ts: message.ts, name: reaction.name }).catch((error) => toast(error.message));
    return h("button", { type: "button", class: `reaction${mine ? " mine" : ""}`, title: names, "aria-label": `${reaction.name}: ${names}`, "aria-pressed": String(mine), on: { click: toggle } },
      emojiNode(reaction.name), " ", String(reaction.count));
  }), channel.members.includes(state.me) && addReaction(message, channel, "reaction"));
}

function addReaction(message, channel, look) {
  const chosen = (name) => {
    const mine = message.reactions?.some((each) => each.name === name && each.users.includes(state.me));
    if (!mine) act("react", { channel: channel.id, ts: message.ts, name }).catch((error) => toast(error.message));
  };
  const node = iconButton("smile", "Add a reaction", () => openPicker(node, chosen), { class: look, "aria-haspopup": "dialog" });
  return node;
}

function threadLink(message, channel) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const open = () => openPlace({ channel: channel.id, thread: message.ts });
  return h("button", { type: "button", class: "thread-link", on: { click: open } },
    message.reply_users.slice(0, 3).map((id) => avatarOf(userOf(id))),
    h("span", { class: "thread-count" }, words),
    h("span", { class: "muted" }, `Last reply ${clockTime(message.latest_reply)}`));
}

function toolbar(message, options, node) {
  const { channel, inThread } = options;
  const more = iconButton("more", "More actions", () => openMenu(more, entries(message, options, node), "Message"), { "aria-haspopup": "menu" });
  const canReply = !message.is_ephemeral && !inThread;
  const reply = () => openPlace({ channel: channel.id, thread: message.thread_ts ?? message.ts });
  return h("div", { class: "message-tools" }, !message.is_ephemeral && addReaction(message, channel, "icon-button"), canReply && iconButton("reply", "Reply in thread", reply), more);
}

function entries(message, { channel }, node) {
  const copy = { label: "Copy text", icon: "copy", run: () => copyText(message) };
  if (message.is_ephemeral) return [copy];
  const shortcuts = state.app.shortcuts.filter((shortcut) => shortcut.kind === "message").map((shortcut) => ({
    label: shortcut.name,
    hint: state.app.name,
    icon: "bolt",
    run: () => useShortcut(shortcut, message, channel),
  }));
  const own = message.user === state.me ? [null,
    { label: "Edit message", icon: "edit", run: () => edit(message, channel, node) },
    { label: "Delete message", icon: "delete", danger: true, run: () => remove(message, channel) },
  ] : [];
  const pin = { label: message.pinned_to ? "Unpin" : "Pin to channel", icon: "pin", run: () => act("pin", { channel: channel.id, ts: message.ts }).catch((error) => toast(error.message)) };
  return [...shortcuts, ...(shortcuts.length ? [null] : []), copy, pin, ...own];
}

async function useShortcut(shortcut, message, channel) {
  try {
    const { acked } = await act("shortcut", { channel: channel.id, ts: message.ts, callback_id: shortcut.callback_id });
    if (!acked) toast(`${state.app.name} did not answer.`);
  } catch (error) {
    toast(error.message);
  }
}

async function copyText(message) {
  try {
    await navigator.clipboard.writeText(plainText(message.text));
    toast("Copied.");
  } catch {
    toast("The browser did not allow copying.");
  }
}

function edit(message, channel, node) {
  const content = node.querySelector(".message-content");
  const before = [...content.childNodes];
  const field = h("textarea", { class: "field edit-field", "aria-label": "Edit message", rows: Math.min(15, message.text.split("\n").length + 1) });
  field.value = plainText(message.text);
  const leave = () => content.replaceChildren(...before);
  const save = async () => {
    try {
      await act("edit", { channel: channel.id, ts: message.ts, text: field.value });
    } catch (error) {
      toast(error.message);
    }
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  content.replaceChildren(field, h("div", { class: "edit-buttons" },
    h("button", { type: "button", class: "button", on: { click: leave } }, "Cancel"),
    h("button", { type: "button", class: "button button-primary", on: { click: save } }, "Save")));
  field.focus();
}

async function remove(message, channel) {
  const sure = await ask({ title: "Delete message", body: "Delete this message? It cannot be undone.", yes: "Delete", no: "Cancel", danger: true });
  if (sure) act("delete", { channel: channel.id, ts: message.ts }).catch((error) => toast(error.message));
}
