// Keeps the bedside page that is open, and the files it needs, for a reload without network. No list of patients is kept.
"use strict";
const KEPT = "assuage-bedside-1";
const FILES = ["/static/style.css", "/static/bedside.css", "/static/enhance.js", "/static/bedside.js", "/static/icon.svg"];
const isBedside = (url) => /^\/courses\/[^/]+\/bedside$/.test(url.pathname);

addEventListener("install", (event) => { event.waitUntil(caches.open(KEPT).then((all) => all.addAll(FILES)).then(() => skipWaiting())); });
addEventListener("activate", (event) => { event.waitUntil(clients.claim()); });
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (isBedside(url)) {
    event.respondWith((async () => {
      const all = await caches.open(KEPT);
      try {
        const answer = await fetch(event.request);
        if (answer.ok && !answer.redirected) {
          // Only the page that is open: the one before it goes.
          for (const one of await all.keys()) if (isBedside(new URL(one.url)) && one.url !== event.request.url) await all.delete(one);
          await all.put(event.request, answer.clone());
        }
        return answer;
      } catch {
        return (await all.match(event.request)) || new Response("No network, and this page is not kept on this device.", { status: 503, headers: { "content-type": "text/plain" } });
      }
    })());
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  } else if (url.pathname === "/sign-in") {
    event.waitUntil(caches.delete(KEPT).then(() => caches.open(KEPT)).then((all) => all.addAll(FILES)));
  }
});
