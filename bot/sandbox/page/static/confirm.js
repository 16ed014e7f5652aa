// Confirmation dialog that an element's `confirm` requires before its action is sent.

import { freshId, h } from "./dom.js";
import { inline, mrkdwn } from "./mrkdwn.js";

export function confirmed(question) {
  return ask({
    title: inline(question.title.text),
    body: question.text.type === "mrkdwn" ? mrkdwn(question.text.text) : inline(question.text.text),
    yes: inline(question.confirm.text),
    no: question.deny ? inline(question.deny.text) : "Cancel",
    danger: question.style === "danger",
  });
}

// Resolves to true when the person confirmed.
export function ask({ title, body, yes, no, danger }) {
  return new Promise((resolve) => {
    const heading = freshId("confirm");
    const dialog = h("dialog", { class: "dialog dialog-small", "aria-labelledby": heading, role: "alertdialog" },
      h("form", { method: "dialog" },
        h("header", { class: "dialog-head" }, h("h2", { id: heading }, title)),
        h("div", { class: "dialog-body text" }, body),
        h("footer", { class: "dialog-foot" },
          h("button", { class: "button", value: "no" }, no),
          h("button", { class: `button ${danger ? "button-danger" : "button-primary"}`, value: "yes", autofocus: true }, yes))));
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
