// Home tab of the app.

import { allValues, drawBlocks, makeHost } from "./blocks.js";
import { fill, h, toast } from "./dom.js";
import { act, state } from "./store.js";

const host = makeHost(sendAction, () => {});

function sendAction(block, element, chosen) {
  const view = state.home;
  const asked = { view_id: view.id, block_id: block.block_id, action_id: element.action_id, chosen };
  return act("use_in_view", { ...asked, values: allValues(view.blocks, host) })
    .then((answer) => answer.acked || toast(`${state.app.name} did not answer.`))
    .catch((error) => toast(error.message));
}

export function drawHome(node) {
  if (state.home) fill(node, h("div", { class: "home-body" }, drawBlocks(state.home.blocks, host)));
  else fill(node, h("p", { class: "empty" }, `${state.app.name} has not published a home tab for you yet.`));
}
