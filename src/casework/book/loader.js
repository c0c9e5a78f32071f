/**
 * Loads the modules of the page: where it is served, from the files in `folder`, as the strictest site allows
 * (`script-src 'self'`); opened from disk, where no module can be imported from a neighbouring file, from the texts in
 * one script beside them. The book extension writes in the folder and the module to start with; the page says which
 * modules it will need, so that none waits until another has asked for it.
 */
((folder, first) => {
  const script = document.currentScript;
  const address = (name) => new URL(`${folder}/${name}.js`, script.src).href;
  const served = script.src.startsWith("http");
  for (const name of served && script.dataset.modules ? script.dataset.modules.split(" ") : []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: address(name) }));
  }

  /** Runs a classic script, which is allowed wherever this one is. */
  const run = (src) =>
    new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject });
      document.head.append(element);
    });
  let linked = null;
  /** The texts of all modules, in each the addresses of those it imports: a text comes after them. */
  const texts = async () => {
    await run(address("texts"));
    const [addresses, done] = [{}, {}];
    for (const [name, text] of Object.entries(globalThis[`texts of ${folder}`])) {
      done[name] = text.replace(/"module:([a-z-]+)"/g, (_, neighbour) => `"${addresses[neighbour]}"`);
      addresses[name] = `data:text/javascript,${encodeURIComponent(done[name])}`;
    }
    return done;
  };
  const fromFile = (name) => import(address(name));
  const fromText = async (name) => {
    linked ??= texts();
    const text = (await linked)[name];
    return import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  };

  /** The module called `name`, loaded once, all of them in the same way. */
  const loaded = new Map();
  const by = (way) => (name) => {
    if (!loaded.has(name)) loaded.set(name, way(name));
    return loaded.get(name);
  };
  const read = new Promise((resolve) => {
    if (document.readyState !== "loading") resolve();
    else document.addEventListener("DOMContentLoaded", resolve);
  });
  const begin = async () => {
    let load = by(served ? fromFile : fromText);
    const main = await load(first).catch(() => {
      loaded.clear();
      load = by(fromText);
      return load(first);
    });
    await read;
    return main.start(load, script);
  };
  begin();
})(FOLDER, FIRST);
