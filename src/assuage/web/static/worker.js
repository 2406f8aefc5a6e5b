// Keeps the bedside page that is open, and the files it needs, for a reload without network. No list of patients is kept.
"use strict";
const KEPT = "assuage-bedside-2";
const FILES = ["/static/style.css", "/static/bedside.css", "/static/enhance.js", "/static/outbox.js", "/static/bedside.js", "/static/icon.svg"];
const TURNS = 40, TURN_MS = 250;
const isBedside = (url) => /^\/courses\/[^/]+\/bedside$/.test(url.pathname);

addEventListener("install", (event) => { event.waitUntil(caches.open(KEPT).then((all) => all.addAll(FILES)).then(() => skipWaiting())); });
addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((one) => one !== KEPT).map((one) => caches.delete(one)))).then(() => clients.claim()));
});

// Only the page that is open: the one before it goes.
async function keepOnly(request, answer) {
  const all = await caches.open(KEPT);
  await forget(request.url);
  await all.put(request, answer);
}
async function forget(but) {
  const all = await caches.open(KEPT);
  for (const one of await all.keys()) if (isBedside(new URL(one.url)) && one.url !== but) await all.delete(one);
}
// Asked once the page that is gone to stands: until then the one that is left still counts.
async function isOpenStill(going) {
  for (let turn = 0; turn < TURNS && !(await clients.get(going)); turn += 1) await new Promise((done) => setTimeout(done, TURN_MS));
  const windows = await clients.matchAll({ type: "window" });
  return windows.some((one) => isBedside(new URL(one.url)));
}

async function page(request) {
  const all = await caches.open(KEPT);
  const fallback = async (answer) => (await all.match(request)) || (await all.match(request, { ignoreSearch: true })) || answer
    || new Response("No network, and this page is not kept on this device.", { status: 503, headers: { "content-type": "text/plain" } });
  try {
    const answer = await fetch(request);
    if (answer.status >= 500) return fallback(answer);
    if (answer.ok && !answer.redirected) await keepOnly(request, answer.clone());
    return answer;
  } catch { return fallback(); }
}

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/sign-out") event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (isBedside(url)) event.respondWith(page(request));
  else if (FILES.includes(url.pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
  // Somebody went on to another page and no bedside is left open: what was kept of it goes.
  else if (request.mode === "navigate") event.waitUntil(isOpenStill(event.resultingClientId).then((isOpen) => (isOpen ? null : forget())));
});

addEventListener("message", (event) => {
  if (event.data.forget) event.waitUntil(forget());
  // The first visit is read before this worker stands: the page is asked for once more, to be kept.
  if (event.data.keep && isBedside(new URL(event.data.keep))) {
    event.waitUntil(caches.open(KEPT).then(async (all) => {
      if (await all.match(event.data.keep)) return;
      const answer = await fetch(event.data.keep, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await keepOnly(new Request(event.data.keep), answer);
    }).catch(() => {}));
  }
});
