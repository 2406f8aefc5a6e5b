// What is recorded at the bedside is never lost to the network. Every entry goes into a queue on this device first, is sent in
// order, and leaves the queue when the server says that it is on record. Its key makes a second sending harmless.

const root = document.getElementById("bedside");
const NAME = "assuage-bedside", OUTBOX = "outbox", KEPT = "kept", CACHE = "assuage-bedside-2";
const FAR_S = 30;
export const SECOND = 1000;
const EVERY_MS = 15 * SECOND;

// The store of this device.

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = () => {
      const base = asked.result;
      const box = base.objectStoreNames.contains(OUTBOX)
        ? asked.transaction.objectStore(OUTBOX)
        : base.createObjectStore(OUTBOX, { keyPath: "sequence", autoIncrement: true });
      if (!box.indexNames.contains("key")) box.createIndex("key", "key", { unique: true });
      if (!base.objectStoreNames.contains(KEPT)) base.createObjectStore(KEPT);
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(store, mode, work) {
  const base = await open();
  return new Promise((done, failed) => {
    const turn = base.transaction(store, mode, { durability: "strict" });
    const asked = work(turn.objectStore(store));
    turn.oncomplete = () => { base.close(); done(asked.result); };
    turn.onabort = turn.onerror = () => { base.close(); failed(turn.error || asked.error); };
  });
}

const outbox = {
  all: () => within(OUTBOX, "readonly", (store) => store.getAll()),
  // The same key twice is the same press twice: the first one stands.
  add: (entry) => within(OUTBOX, "readwrite", (store) => store.add(entry)).catch((error) => { if (!error || error.name !== "ConstraintError") throw error; }),
  put: (entry) => within(OUTBOX, "readwrite", (store) => store.put(entry)),
  drop: (sequence) => within(OUTBOX, "readwrite", (store) => store.delete(sequence)),
};
const kept = {
  get: (name) => within(KEPT, "readonly", (store) => store.get(name)),
  set: (name, value) => within(KEPT, "readwrite", (store) => store.put(value, name)),
};

// The clock: times are those of the server, as this device last heard them.

// Kept where it is read at once: a page without network has no other way to know the time of the server.
let offset = Number(localStorage.getItem("offset") ?? new Date(root.dataset.now).getTime() - Date.now());
export const now = () => Date.now() + offset;

async function hearClock() {
  const before = Date.now();
  const answer = await fetch("/clock", { credentials: "omit", cache: "no-store" });
  if (!answer.ok) return;
  const { now: said } = await answer.json();
  offset = new Date(said).getTime() - (before + Date.now()) / 2;
  localStorage.setItem("offset", String(offset));
  showClock();
}

function showClock() {
  const far = Math.round(Math.abs(offset) / SECOND);
  const strip = document.getElementById("clock");
  strip.hidden = far <= FAR_S;
  if (strip.hidden) return;
  const words = far < 120 ? far + " s" : far < 7200 ? Math.round(far / 60) + " min" : Math.round(far / 3600) + " h";
  strip.textContent = "The clock of this device is " + words + (offset > 0 ? " behind" : " ahead of") + " the server. Times here are the server's.";
}

// Sending.

const state = { offlineSince: null, isSignedOut: false, refusal: "" };

async function post(course, entries) {
  return fetch("/courses/" + course + "/bedside/outbox", {
    method: "POST", headers: { "content-type": "application/json" }, redirect: "manual", cache: "no-store",
    body: JSON.stringify({ entries: entries.map(({ sequence, key, kind, at, session, account, fields }) => ({ sequence, key, kind, at, session, account, fields })) }),
  });
}

async function takenIn(entries, answers) {
  let recorded = 0;
  for (const answer of answers) {
    const entry = entries.find((one) => one.sequence === answer.sequence);
    if (!entry) continue;
    if (["recorded", "repeat"].includes(answer.status)) { await outbox.drop(entry.sequence); recorded += 1; }
    // Refused, or of somebody else: kept and shown, never dropped by itself.
    else await outbox.put({ ...entry, status: answer.status, told: answer.told });
  }
  return recorded;
}

async function sendAll() {
  const waiting = (await outbox.all()).filter((one) => one.status !== "refused");
  const courses = [...new Set([root.dataset.course, ...waiting.map((one) => one.course)])];
  let recorded = 0, version = null;
  for (const course of courses) {
    const mine = waiting.filter((one) => one.course === course);
    if (!mine.length && course === root.dataset.course && !isAttended()) continue;
    let answer;
    try { answer = await post(course, mine); } catch { await wentOffline(); break; }
    state.isSignedOut = answer.status === 401;
    if (state.isSignedOut) break;
    if (answer.status >= 500 || answer.status === 0) { await wentOffline(); break; }
    if (state.offlineSince) { state.offlineSince = null; await kept.set("offline", null); }
    if (!answer.ok) { state.refusal = await answer.text(); continue; }
    state.refusal = "";
    const said = await answer.json();
    if (course === root.dataset.course) version = said.version;
    recorded += await takenIn(mine, said.answers);
  }
  return { recorded, version };
}

async function wentOffline() {
  if (!state.offlineSince) { state.offlineSince = now(); await kept.set("offline", state.offlineSince); }
}

let isSending = false;
async function send() {
  if (isSending) return;
  isSending = true;
  try {
    // One tab sends at a time; where the browser has no locks, the keys make a second sending harmless.
    const { recorded, version } = navigator.locks ? await navigator.locks.request(NAME, sendAll) : await sendAll();
    await show();
    if (recorded || (version !== null && version !== Number(root.dataset.version))) again();
  } finally { isSending = false; }
}

// The page is read anew, with what was typed and not yet sent.

function again() {
  const draft = {};
  for (const one of document.querySelectorAll("form[data-queue] input:not([type=hidden]), form[data-queue] select")) if (one.id && one.value && !["radio", "checkbox"].includes(one.type)) draft[one.id] = one.value;
  if (Object.keys(draft).length) sessionStorage.setItem("draft", JSON.stringify(draft));
  location.reload();
}
function draftBack() {
  const draft = JSON.parse(sessionStorage.getItem("draft") || "{}");
  sessionStorage.removeItem("draft");
  for (const [id, value] of Object.entries(draft)) { const one = document.getElementById(id); if (one) one.value = value; }
  // What is asked after a stop is read next. The question has the focus and no answer has: a second Enter answers nothing.
  const why = document.querySelector(".why");
  if (why) { why.scrollIntoView({ block: "center" }); why.querySelector("h2").focus({ preventScroll: true }); }
}

// What is shown of the queue.

const hm = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const counted = (n) => n + (n === 1 ? " entry" : " entries");
const WORDS = { observe: "Observation", symptom: "Symptom", did: "Step of a reaction", pause: "Pause", resume: "Goes on", stop: "Stop", end: "All is in", rate: "Rate", reading: "Pump reading", portion: "Portion", flush: "Flush" };
function sentence(entry) {
  const said = Object.entries(entry.fields).filter(([name, [value]]) => value && !["key", "session", "at"].includes(name)).map(([name, values]) => name.replace("vitals.", "").replaceAll("-", " ") + " " + values.join(", "));
  return WORDS[entry.kind] + (said.length ? ": " + said.join("; ") : "");
}
export function made(tag, text, more = {}) { const one = document.createElement(tag); one.textContent = text; Object.assign(one, more); return one; }

async function show() {
  const all = await outbox.all(), waiting = all.filter((one) => !one.status), others = all.filter((one) => one.status === "waits");
  const strip = document.getElementById("strip");
  strip.replaceChildren();
  if (state.isSignedOut) {
    strip.append(made("span", "You are signed out. " + (waiting.length ? counted(waiting.length) + " kept on this device. " : "")));
    strip.append(made("a", "Sign in again" + (waiting.length ? ": they are then sent" : ""), { href: "/sign-in?next=" + encodeURIComponent(location.pathname) }));
  } else if (state.offlineSince) {
    strip.textContent = "Working offline since " + hm(state.offlineSince) + " · " + counted(waiting.length) + " kept on this device. A start, settling and going home wait for the network.";
  } else if (waiting.length) {
    strip.textContent = counted(waiting.length) + " kept on this device, being sent.";
  }
  if (others.length) strip.append(made("span", " " + counted(others.length) + " of " + [...new Set(others.map((one) => one.account))].join(", ") + " kept here: sent when they sign in on this device."));
  if (state.refusal) strip.append(made("span", " " + state.refusal));
  strip.hidden = !strip.textContent;
  showRows(all.filter((one) => one.course === root.dataset.course && String(one.session) === root.dataset.session));
  showTold(all.filter((one) => one.course === root.dataset.course));
}

function showRows(entries) {
  for (const old of document.querySelectorAll("tr.kept")) old.remove();
  const rows = document.getElementById("rows"), width = document.querySelectorAll("#sheet thead th").length - 1;
  for (const entry of entries) {
    const row = made("tr", "", { className: "kept" });
    row.append(made("th", hm(entry.at), { scope: "row" }));
    const cell = made("td", sentence(entry) + " ", { colSpan: width });
    cell.append(made("span", entry.status === "refused" ? "Refused, kept on this device" : "Kept on this device, not yet sent", { className: "tag hold" }));
    row.append(cell);
    rows.append(row);
  }
  const sheet = document.getElementById("sheet");
  sheet.scrollTop = sheet.scrollHeight;
}

// Stop lines that kept entries meet, judged here while nobody else can; and what the server refused, with its reason.
function showTold(entries) {
  const told = document.getElementById("told"), met = met_by(entries.filter((one) => one.status !== "refused")), refused = entries.filter((one) => one.status === "refused");
  const list = document.createElement("ul");
  for (const line of met) list.append(made("li", (line.action === "stop" ? "Stop line met: " : "Look again: ") + line.said));
  for (const entry of refused) {
    const item = made("li", hm(entry.at) + " " + sentence(entry) + ". Not recorded: " + entry.told.map((one) => one.what + " " + one.do).join(" "));
    const back = made("button", "Put it back into the form", { type: "button", className: "big" }), seen = made("button", "Read: take it off this device", { type: "button", className: "big" });
    back.addEventListener("click", async () => { for (const [name, [value]] of Object.entries(entry.fields)) { const one = document.querySelector('form[data-queue="' + entry.kind + '"] [name="' + name + '"]:not([type=hidden])'); if (one) one.value = value; } await outbox.drop(entry.sequence); await show(); });
    seen.addEventListener("click", async () => { await outbox.drop(entry.sequence); await show(); });
    item.append(back, seen);
    list.append(item);
  }
  const text = list.textContent;
  if (told.dataset.text === text) return;
  told.dataset.text = text;
  told.replaceChildren(list);
  told.classList.toggle("grave", met.some((one) => one.action === "stop"));
  told.hidden = !text;
}

function met_by(entries) {
  const latest = {};
  for (const entry of entries) if (["observe", "symptom"].includes(entry.kind)) for (const [what, values] of Object.entries(entry.fields)) if (values[0]) latest[what] = values;
  if ((latest.site || [])[0] === "swelling or leak") latest.symptom = [...(latest.symptom || []), "extravasation"];
  return JSON.parse(root.dataset.lines).filter((line) => {
    const values = latest[line.what];
    if (!values) return false;
    if (line.side === "is") return values.some((one) => line.words.includes(one));
    const value = Number(values[0]), limit = Number(line.limit);
    if (Number.isNaN(value)) return false;
    const change = (value - Number(line.first)) * 100, allowed = Number(line.first) * limit;
    return { below: value < limit, above: value > limit, "at most": value <= limit, "at least": value >= limit, "rises by": change > allowed, "falls by": -change > allowed }[line.side];
  });
}

// What cannot be a number of this field is told beside it and stays in it; nothing is kept or sent.

function checked(form) {
  for (const old of form.querySelectorAll(".error.here")) old.remove();
  const wrong = [...form.querySelectorAll("[data-number]")].filter((one) => one.value.trim() && !fits(one));
  for (const one of wrong) {
    const span = one.dataset.high ? "from " + one.dataset.low + " to " + one.dataset.high : "of " + one.dataset.low + " or more, such as 0.5 or 72";
    one.closest(".part").prepend(made("span", "Write a number " + span + ".", { className: "error here" }));
    one.setAttribute("aria-invalid", "true");
  }
  if (wrong.length) wrong[0].focus();
  return !wrong.length;
}
function fits(one) {
  const text = one.value.trim();
  return /^[0-9]+(\.[0-9]+)?$/.test(text) && Number(text) >= Number(one.dataset.low) && (!one.dataset.high || Number(text) <= Number(one.dataset.high));
}

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

// A page that is kept for a reload has the keys it was made with, and they may be used up: each load takes keys of its own.
for (const one of document.querySelectorAll("form[method=post] input[name=key]")) one.value = newKey();

async function press(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) (fields[name] ||= []).push(value);
  const { key: [key], session: [session] } = fields;
  delete fields.key; delete fields.session;
  // A local time that was typed is read in the clinic's zone by the server; else it happened now.
  if (!fields.at || !fields.at[0]) delete fields.at;
  await outbox.add({ key, kind: form.dataset.queue, at: new Date(now()).toISOString(), session: Number(session), account: root.dataset.account, course: root.dataset.course, fields, made: Date.now() });
  form.reset();
  form.querySelector("input[name=key]").value = newKey();
  for (const button of form.querySelectorAll("button")) setTimeout(() => { button.disabled = false; }, 300);
  channel.postMessage("kept");
  await show();
  await send();
}

for (const form of document.querySelectorAll("form[data-queue]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!checked(form)) { for (const button of form.querySelectorAll("button")) setTimeout(() => { button.disabled = false; }, 10); return; }
    // Where this device can keep nothing (storage full or switched off), the form is sent as any other.
    press(form).catch(() => form.submit());
  });
}
for (const form of document.querySelectorAll("form[method=post]:not([data-queue])")) {
  form.addEventListener("submit", (event) => {
    if (!state.offlineSince && navigator.onLine) return;
    event.preventDefault();
    const strip = document.getElementById("strip");
    strip.hidden = false;
    strip.textContent = "This needs the network. Nothing was sent, and what you typed still stands here.";
    strip.scrollIntoView({ block: "center" });
  });
}

// Another tab of this browser, another device, a network that comes back, a page that wakes.

const channel = new BroadcastChannel(NAME);
channel.addEventListener("message", show);
let touched = Date.now();
const ATTENDED_MS = 15 * 60 * SECOND;
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
// Asking for what is new counts as somebody being here, so it is asked only while somebody is.
const isAttended = () => !document.hidden && Date.now() - touched < ATTENDED_MS;

async function wake() { try { await hearClock(); } catch { await wentOffline(); } await send(); }
addEventListener("online", wake);
document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
setInterval(wake, EVERY_MS);

async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const isWiped = root.dataset.open === "no" && !(await outbox.all()).length;
  active.postMessage(isWiped ? { forget: true } : { keep: location.href });
}

(async () => {
  state.offlineSince = (await kept.get("offline")) || null;
  draftBack();
  showClock();
  await show();
  await wake();
  await keepPage();
})().catch(() => {});
