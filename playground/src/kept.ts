// Asks the service worker to keep the page's files, so that it starts without a network from then on.

/** Keep the files. `done` is called when they are kept; never where the browser keeps nothing. */
export async function keepForOffline(done: () => void) {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "kept" && done());
  try {
    await navigator.serviceWorker.register("offline.js");
    const registration = await navigator.serviceWorker.ready;
    registration.active?.postMessage("keep");
  } catch {
    // A private window, for example, keeps nothing: the page works all the same.
  }
}
