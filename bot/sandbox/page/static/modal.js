// Modals: the topmost of the stack is shown; Esc and the buttons apply to it.

import { allValues, drawBlocks, makeHost, missingInputs } from "./blocks.js";
import { h, iconButton, toast } from "./dom.js";
import { inline, unescapeText } from "./mrkdwn.js";
import { act, listen, state } from "./store.js";

let dialog = null;
let returnFocus = null;
// By view ID, so that input outlives an update of the view.
const hosts = new Map();

export function startModals() {
  listen("views", draw);
  listen("loaded", draw);
}

function draw() {
  const view = state.views.at(-1);
  for (const id of hosts.keys()) if (!state.views.some((each) => each.id === id)) hosts.delete(id);
  if (!view) {
    dialog?.close();
    dialog?.remove();
    dialog = null;
    returnFocus?.focus();
    returnFocus = null;
    return;
  }
  if (!dialog) open();
  show(view);
}

function open() {
  returnFocus = document.activeElement;
  dialog = h("dialog", { class: "dialog", "aria-labelledby": "modal-title" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(state.views.at(-1));
  });
  document.body.append(dialog);
  dialog.showModal();
}

function hostOf(view) {
  const sendAction = (block, element, chosen) => useIn(view.id, block, element, chosen);
  if (!hosts.has(view.id)) hosts.set(view.id, makeHost(sendAction, () => show(state.views.at(-1))));
  return hosts.get(view.id);
}

function useIn(viewId, block, element, chosen) {
  const view = state.views.find((each) => each.id === viewId);
  if (!view) return Promise.resolve();
  const values = allValues(view.blocks, hosts.get(viewId));
  return act("use_in_view", { view_id: viewId, block_id: block.block_id, action_id: element.action_id, chosen, values })
    .then((answer) => answer.acked || toast(`${state.app.name} did not answer.`))
    .catch((error) => toast(error.message));
}

function show(view) {
  const host = hostOf(view);
  const focused = document.activeElement?.closest("[data-block-id]")?.dataset.blockId;
  const scrolled = dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
  const body = h("div", { class: "dialog-body", tabindex: "-1" },
    host.errors[""] && h("div", { class: "error-text", role: "alert" }, host.errors[""]),
    drawBlocks(view.blocks, host));
  const form = h("form", { class: "dialog-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); submit(view, host); } } },
    h("header", { class: "dialog-head" },
      h("h2", { id: "modal-title" }, inline(view.title.text)),
      iconButton("close", "Close", () => close(view))),
    body,
    h("footer", { class: "dialog-foot" },
      h("span", { class: "dialog-app" }, state.app.name),
      h("button", { type: "button", class: "button", on: { click: () => close(view) } }, unescapeText(view.close?.text ?? "Close")),
      view.submit && h("button", { type: "submit", class: "button button-primary", disabled: view.submit_disabled }, unescapeText(view.submit.text))));
  dialog.replaceChildren(form);
  body.scrollTop = scrolled;
  const again = focused && form.querySelector(`[data-block-id="${CSS.escape(focused)}"] .field`);
  const first = form.querySelector("[autofocus], .block-input .field, .block-input input");
  (again ?? first ?? body).focus();
}

async function submit(view, host) {
  host.errors = missingInputs(view.blocks, host);
  if (Object.keys(host.errors).length) return show(view);
  const button = dialog.querySelector("[type=submit]");
  button?.setAttribute("aria-busy", "true");
  try {
    const { errors } = await act("submit", { view_id: view.id, values: allValues(view.blocks, host) });
    host.errors = errors;
  } catch (error) {
    host.errors = { "": error.message };
  }
  const shown = state.views.at(-1);
  if (dialog && shown?.id === view.id) show(shown);
}

function close(view) {
  act("close", { view_id: view.id }).catch((error) => toast(error.message));
}
