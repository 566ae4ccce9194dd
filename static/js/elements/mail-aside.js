// What stands beside a message: how its letters fare, sending one again, reopening a ticket that an answer left resolved,
// making a note visible, removing a text. One listener, because the entries are the same for everybody and come and go.
import { channelOf } from "../live/channel.js";
import { commandId, post } from "../live/post.js";

const AGAIN = 2000;

const form = (fields) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
};

async function reopen(button) {
  const channel = channelOf(button);
  const fields = { value: "open", command_id: commandId(), last: channel.last, epoch: channel.epoch };
  button.disabled = true;
  const { ok, data } = await post(`/tickets/${channel.name.replace("ticket:", "")}/status`, form(fields));
  if (ok) await channel.receive(data);
  button.disabled = false;
}

// what is still on its way is looked at again, as long as somebody looks
async function load(list, address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (response?.ok) list.innerHTML = await response.text();
  if (list.querySelector(".queued, .leaving")) setTimeout(() => list.isConnected && load(list, address), AGAIN);
  return Boolean(response?.ok);
}

async function toggle(button) {
  const shown = button.parentElement.nextElementSibling;
  if (shown?.matches(".letters")) {
    shown.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const list = document.createElement("div");
  list.className = "letters";
  const channel = channelOf(button);
  list.dataset.address = `/tickets/${channel.name.replace("ticket:", "")}/messages/${button.dataset.letters}/letters`;
  if (!await load(list, list.dataset.address)) return;
  button.parentElement.after(list);
  button.setAttribute("aria-expanded", "true");
}

async function again(button) {
  const list = button.closest(".letters");
  button.disabled = true;
  const { ok } = await post(button.dataset.again, form({ command_id: commandId() }));
  if (ok && list) await load(list, list.dataset.address);
  else if (ok) location.reload();
  else button.disabled = false;
}

async function showNote(button) {
  const channel = channelOf(button);
  const mail = button.parentElement.querySelector("input").checked ? 1 : 0;
  const fields = { message: button.dataset.showNote, email: mail, command_id: commandId(), last: channel.last, epoch: channel.epoch };
  button.disabled = true;
  const { ok, data } = await post(`/tickets/${channel.name.replace("ticket:", "")}/shown-notes`, form(fields));
  if (ok) await channel.receive(data);
  button.disabled = false;
}

async function redact(button) {
  const channel = channelOf(button);
  const alert = button.parentElement.nextElementSibling;
  const fields = { message: button.dataset.redact, command_id: commandId(), last: channel.last, epoch: channel.epoch };
  button.disabled = true;
  const { ok, data } = await post(`/tickets/${channel.name.replace("ticket:", "")}/redactions`, form(fields));
  if (ok) await channel.receive(data);
  else alert.textContent = data?.error ?? "";
  button.disabled = false;
}

const DOES = {
  "[data-redact]": redact,
  "[data-show-note]": showNote,
  "[data-reopen]": reopen,
  "[data-letters]": toggle,
  "[data-again]": again,
};

document.addEventListener("click", (event) => {
  for (const [mark, act] of Object.entries(DOES)) {
    const button = event.target.closest?.(mark);
    if (button) act(button);
  }
});
