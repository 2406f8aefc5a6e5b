// What is recorded at the bedside is never lost to the network: an entry that cannot be sent is kept on this device and sent
// in order when the network is back. Its key makes a second sending harmless.
"use strict";
const NAME = "assuage-bedside", STORE = "outbox";
const strip = document.getElementById("offline");

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "sequence", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}
async function within(mode, work) {
  const base = await open();
  return new Promise((done, failed) => {
    const turn = base.transaction(STORE, mode);
    const asked = work(turn.objectStore(STORE));
    turn.oncomplete = () => { base.close(); done(asked.result); };
    turn.onerror = () => { base.close(); failed(turn.error); };
  });
}
const keep = (entry) => within("readwrite", (store) => store.add(entry));
const kept = () => within("readonly", (store) => store.getAll());
const mark = (entry) => within("readwrite", (store) => store.put({ ...entry, refused: true }));
const drop = (sequence) => within("readwrite", (store) => store.delete(sequence));

async function show(refused) {
  const all = await kept(), waiting = all.filter((one) => !one.refused), refusals = all.filter((one) => one.refused);
  if (refusals.length) refused = (refused || "") + "Refused and kept here: " + refusals.map((one) => new Date(one.at).toLocaleTimeString() + " " + one.address.split("/").pop()).join(", ") + ". Read the page, enter it anew if it holds, and tell the pharmacist. ";
  strip.hidden = !all.length && !refused;
  const since = waiting.length ? new Date(waiting[0].at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
  strip.textContent = (waiting.length ? "Kept on this device since " + since + ": " + waiting.length + (waiting.length === 1 ? " entry" : " entries") + ", not yet sent. " : "") + (refused || "");
}

let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  let sent = 0, refused = "";
  try {
    for (const entry of (await kept()).filter((one) => !one.refused)) {
      let answer;
      try {
        answer = await fetch(entry.address, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", "x-fragment": "1" }, body: entry.body, redirect: "manual" });
      } catch { break; }
      if (answer.status === 204) { await drop(entry.sequence); sent += 1; continue; }
      if (answer.status === 401) { refused = "Sign in again: what is kept here is then sent. "; break; }
      if (answer.status >= 500 || answer.status === 0) break;
      // Refused: kept and shown, never dropped; what came after it is sent all the same, each judged by itself.
      await mark(entry);
    }
  } finally { sending = false; }
  await show(refused);
  if (sent && !(await kept()).some((one) => !one.refused) && navigator.onLine) location.reload();
}

for (const form of document.querySelectorAll("form[data-queue], .edge form")) {
  form.addEventListener("submit", async (event) => {
    if (navigator.onLine && !(await Promise.race([kept(), Promise.resolve([])])).length) return;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form));
    // An entry kept here says when it happened, not when it was sent.
    if (!data.get("at")) data.set("at", new Date().toISOString());
    await keep({ address: form.action, body: data.toString(), at: Date.now() });
    form.reset();
    form.querySelector("input[name=key]").value = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now();
    await show("");
  });
}
addEventListener("online", send);
addEventListener("load", () => { show("").then(send); });
setInterval(send, 15000);
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});
