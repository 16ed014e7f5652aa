// Composer: Enter sends, Shift+Enter starts a new line, a slash starts a command.

import { attachCompletion } from "./completion.js";
import { makeAttachments } from "./attachments.js";
import { h, iconButton, toast } from "./dom.js";
import { act, state, upload } from "./store.js";

// Drafts by channel or thread.
const drafts = new Map();

export function makeComposer(props = {}) {
  const field = h("textarea", { class: "composer-field", rows: 1, ...props });
  const send = iconButton("send", "Send", () => submit(), { class: "icon-button send-button" });
  const hint = h("div", { class: "composer-hint" },
    h("span", {}, h("kbd", {}, "Enter"), " to send"), h("span", {}, h("kbd", {}, "Shift+Enter"), " for a new line"));
  const attached = makeAttachments(field, () => grow());
  const line = h("div", { class: "composer-line" }, attached.button, field, send);
  const box = h("div", { class: "composer-box" }, attached.list, line, attached.chooser);
  const node = h("div", { class: "composer" }, box, hint);
  const completion = attachCompletion(field, box);
  let place = null;

  field.addEventListener("input", () => {
    drafts.set(place.key, field.value);
    grow();
  });
  field.addEventListener("keydown", (event) => {
    if (completion.key(event)) return;
    // During composition Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
    send.disabled = !field.value.trim() && !attached.count();
  }

  // next: {key, channel, thread, label}
  function show(next) {
    if (place?.key !== next.key) field.value = drafts.get(next.key) ?? "";
    place = next;
    field.setAttribute("aria-label", next.label);
    field.placeholder = next.label;
    requestAnimationFrame(grow);
  }

  function write(text) {
    field.value = text;
    drafts.set(place.key, text);
    grow();
  }

  async function submit() {
    const text = field.value;
    if (!text.trim() && !attached.count()) return;
    const files = attached.take();
    write("");
    try {
      await deliver(text, files, place);
    } catch (error) {
      toast(error.message);
      if (!field.value) write(text);
      attached.add(files);
    }
  }

  return { node, field, show, acceptOn: attached.acceptOn };
}

async function deliver(text, files, { channel, thread }) {
  const command = text.match(/^(\/[^\s/]\S*)\s*([\s\S]*)$/);
  if (files.length) {
    if (command) throw new Error("A command takes no files.");
    await upload({ channel: channel.id, thread }, text, files);
  } else if (!command) {
    await act("post", { channel: channel.id, text, thread_ts: thread || null });
  } else if (thread) {
    throw new Error(`${command[1]} does not work in threads: Slack runs commands in channels only. Mention @${state.app.name} here instead.`);
  } else {
    await act("command", { channel: channel.id, command: command[1], text: command[2] });
  }
}
