// The service worker: keeps the playground's files, so that it also starts without a network.
declare const VERSION: string;
declare const FILES: string[];

const scope = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = `posse-playground ${scope.registration.scope} `;
const CACHE = PREFIX + VERSION;

scope.addEventListener("install", () => void scope.skipWaiting());

scope.addEventListener("activate", event => {
  const forgetOthers = async () => {
    const names = (await caches.keys()).filter(name => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(names.map(name => caches.delete(name)));
    await scope.clients.claim();
  };
  event.waitUntil(forgetOthers());
});

// The page asks for it when everything is loaded, so that the files come out of the browser's cache.
scope.addEventListener("message", event => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    const missing = [];
    for (const file of FILES) if (!(await cache.match(file))) missing.push(file);
    await cache.addAll(missing);
    event.source?.postMessage("kept");
  };
  event.waitUntil(keep());
});

// The page comes from the network if there is one, so that a new version is seen; all else has its version in its name.
scope.addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope.registration.scope)) return;
  const kept = async () => (await caches.open(CACHE)).match(request.mode === "navigate" ? "./" : request);
  const answer = async () => {
    if (request.mode === "navigate")
      return fetch(request).catch(async error => (await kept()) ?? Promise.reject(error));
    return (await kept()) ?? fetch(request);
  };
  event.respondWith(answer());
});
