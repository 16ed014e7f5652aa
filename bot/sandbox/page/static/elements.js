// Interactive elements of Block Kit. `host` is the message or view around them:
//   host.get(block, element) / host.set(block, element, state)   the element's state
//   host.use(block, element, state)                              sends the action to the app
// https://docs.slack.dev/reference/block-kit/block-elements

import { h, icon, outsideLink } from "./dom.js";
import { confirmed } from "./confirm.js";
import { openMenu } from "./menu.js";
import { inline, unescapeText } from "./mrkdwn.js";
import { state } from "./store.js";

// By element type: the field of its state, and the field with its initial value.
const FIELDS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

const WIDGETS = {
  button,
  overflow,
  static_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: choices,
  multi_users_select: choices,
  multi_channels_select: choices,
  multi_conversations_select: choices,
  checkboxes: choices,
  radio_buttons: choices,
  plain_text_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  number_input: textField,
  datepicker: dateField,
  timepicker: dateField,
  datetimepicker: dateField,
};

export function stateOf(element, value) {
  return { type: element.type, [FIELDS[element.type][0]]: value };
}

export function initialState(element) {
  const fields = FIELDS[element.type];
  if (!fields) return null;
  return stateOf(element, element[fields[1]] ?? (fields[0].endsWith("s") ? [] : null));
}

export function valueIn(kept) {
  return kept ? kept[FIELDS[kept.type]?.[0]] : undefined;
}

export function drawElement(block, element, host, props = {}) {
  const widget = WIDGETS[element.type];
  if (!widget) return h("div", { class: "unknown" }, `The sandbox cannot draw the element “${element.type}”.`);
  return widget(block, element, host, props);
}

// Handles a change: stores the state, and sends it to the app unless a form's submission will.
function change(block, element, host, value) {
  const next = stateOf(element, value);
  const before = host.get(block, element);
  const sends = block.type !== "input" || block.dispatch_action;
  if (!sends || !element.confirm) {
    host.set(block, element, next);
    if (sends) host.use(block, element, next);
    return;
  }
  confirmed(element.confirm).then((sure) => {
    host.set(block, element, sure ? next : before);
    if (sure) host.use(block, element, next);
    else host.redraw();
  });
}

function button(block, element, host) {
  const style = element.style ? ` button-${element.style}` : "";
  const label = element.accessibility_label ?? null;
  const words = unescapeText(element.text.text);
  if (element.url) {
    const link = outsideLink(element.url, inline(element.text.text), h("span", { class: "visually-hidden" }, " (opens in a new tab)"));
    link.className = `button${style}`;
    link.addEventListener("click", () => host.use(block, element, { type: "button" }));
    return link;
  }
  const node = h("button", { type: "button", class: `button${style}`, "aria-label": label, title: words.length > 40 ? words : null }, inline(element.text.text));
  node.addEventListener("click", async () => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    node.setAttribute("aria-busy", "true");
    await host.use(block, element, { type: "button" });
    node.removeAttribute("aria-busy");
  });
  return node;
}

function overflow(block, element, host) {
  const node = h("button", { type: "button", class: "button button-overflow", "aria-label": "More options", "aria-haspopup": "menu" }, icon("more"));
  node.addEventListener("click", () => openMenu(node, element.options.map((option) => ({
    label: unescapeText(option.text.text),
    href: option.url,
    run: async () => {
      if (element.confirm && !(await confirmed(element.confirm))) return;
      host.use(block, element, { type: "overflow", selected_option: option });
    },
  }))));
  return node;
}

// Lists the options of a select: its own, or the workspace's people and channels.
function groupsOf(element) {
  if (element.option_groups) return element.option_groups.map((group) => ({ label: group.label.text, options: group.options.map(named) }));
  if (element.options) return [{ options: element.options.map(named) }];
  if (element.type.includes("users")) {
    return [{ options: [...state.users.values()].map((user) => ({ key: user.id, label: user.real_name, value: user.id })) }];
  }
  const channels = [...state.channels.values()].filter((channel) => channel.name);
  return [{ options: channels.map((channel) => ({ key: channel.id, label: `#${channel.name}`, value: channel.id })) }];
}

function named(option) {
  return { key: option.value, label: unescapeText(option.text.text), marked: option.text, description: option.description, value: option };
}

function keyOf(value) {
  return value && typeof value === "object" ? value.value : value;
}

function select(block, element, host, props) {
  const chosen = keyOf(valueIn(host.get(block, element)));
  const groups = groupsOf(element);
  const byKey = new Map(groups.flatMap((group) => group.options).map((option) => [option.key, option.value]));
  const drawn = (option) => h("option", { value: option.key, selected: option.key === chosen }, option.label);
  const placeholder = unescapeText(element.placeholder?.text ?? "Choose an option");
  const node = h("select", { class: "field", "aria-label": props["aria-labelledby"] ? null : placeholder, ...props },
    h("option", { value: "", disabled: !block.optional, selected: !chosen }, placeholder),
    groups.map((group) => (group.label ? h("optgroup", { label: group.label }, group.options.map(drawn)) : group.options.map(drawn))));
  node.addEventListener("change", () => change(block, element, host, byKey.get(node.value) ?? null));
  return node;
}

function choices(block, element, host, props) {
  const many = element.type !== "radio_buttons";
  const value = valueIn(host.get(block, element));
  const chosen = new Set((many ? value ?? [] : [value]).map(keyOf));
  const options = groupsOf(element).flatMap((group) => group.options);
  const name = `${host.id}-${block.block_id}-${element.action_id}`;
  const rows = options.map((option) => h("label", { class: "choice" },
    h("input", { type: many ? "checkbox" : "radio", name, value: option.key, checked: chosen.has(option.key) }),
    h("span", {},
      option.marked?.type === "mrkdwn" ? inline(option.marked.text) : option.label,
      option.description && h("span", { class: "choice-hint" }, inline(option.description.text)))));
  const node = h("div", { class: "choices", role: many ? "group" : "radiogroup", ...props }, rows);
  node.addEventListener("change", () => {
    const picked = [...node.querySelectorAll("input:checked")].map((input) => options.find((option) => option.key === input.value).value);
    change(block, element, host, many ? picked : picked[0] ?? null);
  });
  return node;
}

function textField(block, element, host, props) {
  const types = { email_text_input: "email", url_text_input: "url", number_input: "text" };
  const common = {
    class: "field",
    placeholder: element.placeholder ? unescapeText(element.placeholder.text) : null,
    minlength: element.min_length,
    maxlength: element.max_length,
    autofocus: element.focus_on_load,
    inputmode: element.type === "number_input" ? "decimal" : null,
    "aria-label": props["aria-labelledby"] ? null : unescapeText(element.placeholder?.text ?? "Text"),
    ...props,
  };
  const node = element.multiline
    ? h("textarea", { ...common, rows: 5 })
    : h("input", { ...common, type: types[element.type] ?? "text" });
  node.value = valueIn(host.get(block, element)) ?? "";
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  node.addEventListener("input", () => {
    host.set(block, element, stateOf(element, node.value || null));
    if (block.dispatch_action && triggers.includes("on_character_entered")) host.use(block, element, stateOf(element, node.value));
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !block.dispatch_action || !triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    host.use(block, element, stateOf(element, node.value));
  });
  return node;
}

function dateField(block, element, host, props) {
  const types = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
  const kept = valueIn(host.get(block, element));
  const whole = element.type === "datetimepicker";
  const node = h("input", { class: "field", type: types[element.type], "aria-label": props["aria-labelledby"] ? null : unescapeText(element.placeholder?.text ?? types[element.type]), ...props });
  node.value = whole && kept ? localMoment(kept) : kept ?? "";
  node.addEventListener("change", () => {
    const value = whole && node.value ? Math.floor(new Date(node.value).getTime() / 1000) : node.value;
    change(block, element, host, value || null);
  });
  return node;
}

function localMoment(seconds) {
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
