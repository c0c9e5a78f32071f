/**
 * Keeps the course in this browser: all files of one edition, each checked by its digest, so that a page never meets a
 * script of another edition. A newer one is fetched beside it, only what changed, and waits until it is asked for or
 * until no page is open. Every build writes its edition, size in bytes and files (path to digest) into this script.
 */
((edition, size, files) => {
  const { scope } = registration;
  const mine = `casework-offline ${scope} `; // no address holds a space: that of another site never begins like this
  const current = mine + edition;
  // On an author's own machine a page made a moment ago is seen at once: there, what is kept only stands in for a server
  // that is off, and a newer edition needs no asking.
  const serverFirst = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

  const others = async () => (await caches.keys()).filter((name) => name.startsWith(mine) && name !== current);
  const forget = async () => Promise.all((await others()).map((name) => caches.delete(name)));

  async function leave() {
    await forget();
    await caches.delete(current);
    await registration.unregister();
  }

  if (!edition) {
    addEventListener("install", (event) => event.waitUntil(skipWaiting()));
    addEventListener("activate", (event) => event.waitUntil(leave()));
    addEventListener("message", (event) => {
      if (event.data === "use") event.waitUntil(skipWaiting());
      else event.ports[0]?.postMessage({ edition, whole: false, asks: false });
    });
    return;
  }

  const address = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), scope).href;
  const key = (path) => `${address(path)}?${files[path]}`;

  /** What is kept at an address, whatever it asks after its `?`; undefined where that is nothing of the course. */
  function pathOf(url) {
    const place = url.split(/[?#]/)[0];
    if (!place.startsWith(scope)) return undefined;
    try {
      const path = decodeURIComponent(place.slice(scope.length));
      const index = path === "" || path.endsWith("/") ? `${path}index.html` : `${path}.html`;
      return [path, index].find((each) => Object.hasOwn(files, each));
    } catch {
      return undefined;
    }
  }

  async function digest(body) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body)).slice(0, 8);
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** A file from the server as it is to be kept; null where this server does not offer it. Throws for any other. */
  async function fetched(path) {
    const response = await fetch(address(path), { cache: "no-cache", priority: "low" });
    if ([403, 404, 410].includes(response.status)) return null;
    const body = await response.arrayBuffer();
    if (!response.ok || (await digest(body)) !== files[path]) throw new Error(`${path} is not of this edition`);
    const headers = new Headers(response.headers);
    for (const name of ["content-encoding", "content-length", "vary"]) headers.delete(name); // of how it was sent
    return new Response(body, { headers }); // a new one, since a page is not taken from one that was redirected
  }

  /** Keep what is not kept yet, from an older edition or the server, little at a time; whether all is kept then. */
  async function fill() {
    const cache = await caches.open(current);
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    const missing = Object.keys(files).filter((path) => !kept.has(key(path)));
    if (!missing.length) return true;
    const room = await navigator.storage?.estimate?.();
    if (room && room.quota - room.usage < size) throw new DOMException("No room", "QuotaExceededError");
    const older = await Promise.all((await others()).map((name) => caches.open(name)));
    const before = async (path) => {
      for (const store of older) {
        const found = await store.match(key(path));
        if (found) return found;
      }
    };
    let whole = true;
    const lane = async () => {
      try {
        while (missing.length) {
          const path = missing.shift();
          const response = (await before(path)) ?? (await fetched(path));
          if (response) await cache.put(key(path), response);
          else whole = false;
        }
      } catch (error) {
        missing.length = 0; // what is kept by now is there for the next try
        throw error;
      }
    };
    await Promise.all([lane(), lane(), lane()]); // of the six that a browser opens to one host
    return whole;
  }

  let filling = null;
  function filled() {
    filling ??= fill().finally(() => {
      filling = null;
    });
    return filling;
  }

  async function install() {
    try {
      await filled();
    } catch (error) {
      if (error.name === "QuotaExceededError") await caches.delete(current); // gives back the room
      throw error;
    }
    if (serverFirst) await skipWaiting();
  }

  async function answer(request, path) {
    const kept = () => path && caches.match(key(path), { cacheName: current }).catch(() => undefined);
    const first = serverFirst ? undefined : await kept();
    if (first) return first;
    try {
      return await fetch(request);
    } catch {
      return (await kept()) || (request.mode === "navigate" ? notKept() : Response.error());
    }
  }

  function notKept() {
    const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not kept for reading offline</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root { color-scheme: light dark; font: 1.125rem/1.6 Georgia, serif }
main { margin: 10vh auto; max-width: 34rem; padding: 0 1rem } a { display: inline-block; padding: 0.6rem 0 }</style>
<main><h1>This page is not kept for reading offline</h1>
<p>The course cannot be reached now: you are not connected, or its server does not answer. This page is not among those
that this browser keeps, or the address is not one of the course.</p>
<p><a href="">Try again</a><br><a href="${scope}">Go to the start of the course</a></p></main></html>`;
    return new Response(page, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
  }

  addEventListener("install", (event) => event.waitUntil(install()));
  addEventListener("activate", (event) => event.waitUntil(forget()));
  addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || request.headers.has("range") || !request.url.startsWith(scope)) return;
    const path = pathOf(request.url);
    if (path || request.mode === "navigate") event.respondWith(answer(request, path));
  });
  addEventListener("message", (event) => {
    if (event.data === "use") event.waitUntil(skipWaiting());
    else if (event.data === "leave") event.waitUntil(leave());
    else if (event.data === "ask") {
      const tell = (whole) => event.ports[0].postMessage({ edition, whole, asks: !serverFirst });
      event.waitUntil(
        filled().then(tell, () => tell(false)), // a browser may have dropped some of it since
      );
    }
  });
})(EDITION, SIZE, FILES);
