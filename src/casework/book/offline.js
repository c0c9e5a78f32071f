// Reading offline: starts the worker that keeps the course once this page has all it needs, says when all is kept
// (data-offline="ready" on the root), and offers a newer edition. Where a browser has no such worker, nothing is said.
(() => {
  const root = document.documentElement;
  const LATER = "casework:later"; // the edition that is not wanted while this tab is open
  const at = (name) => new URL((root.dataset.content_root ?? "./") + name, location.href).href;

  let styled = null; // when the styles of the bar are here
  let pressed = false; // the newer edition was asked for on this page

  /** What a worker answers: its edition, whether it keeps the whole of it, and whether a newer one has to be asked for. */
  function ask(worker) {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      worker.postMessage("ask", [port2]);
    });
  }

  async function begin() {
    const workers = navigator.serviceWorker; // to ask for it is an error in a sandboxed frame
    if (!workers || !location.protocol.startsWith("http")) return;
    const found = await workers.getRegistration(at(""));
    const known = found?.scope === at("") ? found : null;
    if (!known && (navigator.connection?.saveData || self !== top)) return; // in a frame, what holds it is not kept
    const registration = known ?? (await workers.register(at("offline-worker.js")));
    if (!registration) return;

    const look = async () => {
      const { active, waiting } = registration;
      if (active?.state === "activated") say((await ask(active)).whole);
      if (active && waiting) await offer(waiting);
    };
    const follow = () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => {
        // not while one takes the place of another, since that one may be asked no more
        if (worker.state === "activated" || registration.waiting === worker) look();
      });
    };
    registration.addEventListener("updatefound", follow);
    follow();
    await look();
    if (!known) return;
    workers.addEventListener("controllerchange", async () => {
      if (pressed) return;
      say(false); // until a page of the newer edition says so
      const { asks } = workers.controller ? await ask(workers.controller) : {};
      if (asks) show("A newer edition of this course is used in another tab.", "Load this page again", reload);
    });
    await known.update().catch(async () => {
      const { status } = await fetch(at("offline-worker.js"), { cache: "no-store" });
      if (status !== 404 && status !== 410) return;
      known.active?.postMessage("leave"); // published without it since
      say(false);
    });
  }

  function say(whole) {
    document.querySelector(".cw-kept-offline")?.remove();
    root.removeAttribute("data-offline");
    if (!whole) return;
    root.dataset.offline = "ready";
    const line = document.createElement("p");
    line.className = "cw-kept-offline";
    line.textContent = "This course is kept for reading offline.";
    document.querySelector(".bd-footer-content__inner")?.append(line);
  }

  async function offer(worker) {
    const { edition, asks } = await ask(worker);
    if (!asks) worker.postMessage("use"); // again, since a browser may have passed it over while the older one was busy
    if (!asks || remembered() === edition) return;
    const use = () => {
      pressed = true;
      const taken = () => worker.state === "activated" && reload();
      worker.addEventListener("statechange", taken);
      worker.postMessage("use");
      taken();
    };
    show("A newer edition of this course is ready.", "Use it now", use, () => remember(edition));
  }

  /** What is typed is saved as a field is left and as the page is. */
  function reload() {
    document.activeElement?.blur();
    location.reload();
  }

  /** A bar above everything, which makes room for itself: the theme moves what stays in sight below it. */
  function show(text, label, act, refused = () => {}) {
    document.querySelector(".cw-newer")?.remove();
    const bar = document.createElement("div");
    bar.className = "cw-newer";
    bar.setAttribute("role", "region");
    bar.setAttribute("aria-label", "Newer edition");
    const words = document.createElement("p");
    words.setAttribute("role", "status");
    let before = null; // where the reader was
    bar.addEventListener("focusin", ({ relatedTarget }) => {
      if (relatedTarget && !bar.contains(relatedTarget)) before = relatedTarget;
    });
    const close = () => {
      bar.remove();
      root.style.removeProperty("--pst-header-height");
      before?.focus({ preventScroll: true });
      refused();
    };
    bar.append(words, button(label, act), button("Later", close));
    const height = new ResizeObserver(() => {
      if (bar.isConnected) root.style.setProperty("--pst-header-height", `${bar.offsetHeight}px`);
      else height.disconnect();
    });
    const put = () => {
      const skip = document.getElementById("pst-skip-link");
      if (skip) skip.after(bar);
      else document.body.prepend(bar);
      height.observe(bar);
      words.textContent = text; // after its place is there, or it is not read out
    };
    styled ??= new Promise((resolve) => {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = at("_static/offline.css");
      style.addEventListener("load", resolve);
      style.addEventListener("error", resolve);
      document.head.append(style);
    });
    styled.then(put);
  }

  function button(label, onclick) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", onclick);
    return made;
  }

  function remembered() {
    try {
      return sessionStorage.getItem(LATER);
    } catch {
      return null;
    }
  }

  function remember(edition) {
    try {
      sessionStorage.setItem(LATER, edition);
    } catch {
      // it is offered again on the next page
    }
  }

  const idle = self.requestIdleCallback ?? setTimeout;
  const soon = () => setTimeout(() => idle(() => begin().catch(() => {})), 1000);
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon);
})();
