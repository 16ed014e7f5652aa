// Blocks of Block Kit. An unknown block is shown as a box that says so, never left out.
// https://docs.slack.dev/reference/block-kit/blocks

import { drawElement, initialState, valueIn } from "./elements.js";
import { freshId, h } from "./dom.js";
import { pictureAddress } from "./files.js";
import { markdown } from "./markdown.js";
import { inline, mrkdwn, unescapeText } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const BLOCKS = {
  section,
  header: (block) => h("h3", { class: "block-header" }, inline(block.text.text)),
  divider: () => h("hr", { class: "block-divider" }),
  context,
  actions: (block, host) => h("div", { class: "block-actions" }, block.elements.map((element) => drawElement(block, element, host))),
  image,
  input,
  rich_text: richText,
  markdown: (block) => markdown(block.text),
  table,
};

export function drawBlocks(blocks, host) {
  return h("div", { class: "blocks" }, blocks.map((block) => {
    const draw = BLOCKS[block.type];
    if (!draw) return h("div", { class: "unknown", role: "note" }, `The sandbox cannot draw the block “${block.type}”.`);
    return draw(block, host);
  }));
}

// Host of elements: keeps their state, and calls `sendAction(block, element, state, values)`.
export function makeHost(sendAction, redraw, kept = {}) {
  const host = {
    id: freshId("host"),
    values: kept,
    errors: {},
    redraw,
    get(block, element) {
      const known = host.values[block.block_id]?.[element.action_id];
      return known?.type === element.type ? known : initialState(element);
    },
    set(block, element, value) {
      host.values[block.block_id] = { ...host.values[block.block_id], [element.action_id]: value };
    },
    use: (block, element, value) => sendAction(block, element, value, host.values),
  };
  return host;
}

// Collects `state.values` of all elements, including untouched ones.
export function allValues(blocks, host) {
  const values = {};
  for (const block of blocks) {
    const elements = [block.accessory, block.element, ...(block.type === "actions" ? block.elements : [])];
    for (const element of elements.filter(Boolean)) {
      const kept = host.get(block, element);
      if (kept) values[block.block_id] = { ...values[block.block_id], [element.action_id]: kept };
    }
  }
  return values;
}

// Finds the empty required inputs, with the text shown at each.
export function missingInputs(blocks, host) {
  const missing = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const { element } = block;
    const value = valueIn(host.get(block, element));
    const empty = value === null || value === undefined || value.length === 0;
    if (empty && !block.optional) missing[block.block_id] = "Please complete this required field.";
    else if (!empty && element.min_length && value.length < element.min_length) {
      missing[block.block_id] = `Please enter at least ${element.min_length} characters.`;
    }
  }
  return missing;
}

function text(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text) : inlinePlain(object.text);
}

// plain_text has emoji, but no formatting and no links.
function inlinePlain(words) {
  return unescapeText(words).split(/(:[a-z0-9_+'-]+:)/).map((part) => (/^:.+:$/.test(part) ? inline(part) : part));
}

function section(block, host) {
  const body = h("div", { class: "section-body" },
    block.text && h("div", { class: "text" }, text(block.text)),
    block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, text(field)))));
  if (!block.accessory) return h("div", { class: "block-section" }, body);
  const accessory = block.accessory.type === "image"
    ? h("img", { class: "accessory-image", src: pictureAddress(block.accessory), alt: block.accessory.alt_text })
    : drawElement(block, block.accessory, host);
  return h("div", { class: "block-section with-accessory" }, body, h("div", { class: "accessory" }, accessory));
}

function context(block) {
  return h("div", { class: "block-context" }, block.elements.map((element) => {
    if (element.type === "image") return h("img", { class: "context-image", src: pictureAddress(element), alt: element.alt_text });
    if (element.type === "mrkdwn" || element.type === "plain_text") return h("div", { class: "text" }, text(element));
    return h("div", { class: "unknown" }, `The sandbox cannot draw “${element.type}” in a context block.`);
  }));
}

function image(block) {
  return h("figure", { class: "block-image" },
    block.title && h("figcaption", {}, inlinePlain(block.title.text)),
    h("img", { src: pictureAddress(block), alt: block.alt_text }));
}

function input(block, host) {
  const label = freshId("label");
  const hint = freshId("hint");
  const wrong = host.errors[block.block_id];
  const error = freshId("error");
  const described = [block.hint && hint, wrong && error].filter(Boolean).join(" ");
  const props = { "aria-labelledby": label, "aria-describedby": described || null, "aria-invalid": wrong ? "true" : null };
  return h("div", { class: `block-input${wrong ? " has-error" : ""}`, data: { blockId: block.block_id } },
    h("div", { class: "label", id: label }, inlinePlain(block.label.text), block.optional && h("span", { class: "optional" }, " (optional)")),
    drawElement(block, block.element, host, props),
    wrong && h("div", { class: "error-text", id: error, role: "alert" }, wrong),
    block.hint && h("div", { class: "hint", id: hint }, inlinePlain(block.hint.text)));
}

function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (content, column, tag) => {
    const setting = settings[column] ?? {};
    const classes = [setting.align ? `align-${setting.align}` : "", setting.is_wrapped ? "wrapped" : ""].join(" ").trim();
    return h(tag, { class: classes || null, scope: tag === "th" ? "col" : null }, drawCell(content));
  };
  const [head, ...rows] = block.rows;
  return h("div", { class: "table-box", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((content, column) => cell(content, column, "th")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((content, column) => cell(content, column, "td")))))));
}

function drawCell(content) {
  if (content.type === "raw_text") return content.text;
  if (content.type === "raw_number") return content.text ?? String(content.value);
  if (content.type === "rich_text") return richText(content);
  return h("span", { class: "unknown" }, `The sandbox cannot draw the table cell “${content.type}”.`);
}
