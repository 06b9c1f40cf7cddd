// What benchmarks/viewer.py runs in the pages that it opens.

globalThis.bench = (() => {
  /** Milliseconds since the page began: the submit; the first photo that can be seen; all on and near the screen. */
  const marks = {};
  let tell;
  const opened = new Promise((done) => { tell = done; });

  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  };
  const drawn = (picture) => picture.complete && picture.naturalWidth > 0;

  function look() {
    const covers = [...document.querySelectorAll(".cover img")];
    const tiles = [...document.querySelectorAll(".tile")];
    const ready = [...covers.filter(drawn), ...tiles.filter((tile) => tile.classList.contains("loaded"))];
    if (ready.some(seen)) marks.first ??= performance.now();
    if (marks.first && ready.length === covers.length + tiles.length) {
      marks.all = performance.now();
      tell(marks);
    } else requestAnimationFrame(look);
  }

  addEventListener("submit", () => {
    marks.submit = performance.now();
    marks.origin = performance.timeOrigin;
    look();
  }, true);

  /** Milliseconds of one bare Argon2id. */
  async function argon2({ m, t, p }) {
    const began = performance.now();
    await hashwasm.argon2id({
      password: "copper lantern meadow violin", salt: new Uint8Array(16).fill(7),
      memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: "binary",
    });
    return performance.now() - began;
  }

  /** In a worker, as the viewer does it: fetches files and decrypts their segments; bytes and milliseconds. */
  function bare(words) {
    const source = `(${decrypt})(${JSON.stringify(words)}).then(postMessage)`;
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    return new Promise((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = fail;
    });
  }

  async function decrypt({ names, base }) {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(7), "AES-GCM", false, ["decrypt"]);
    const began = performance.now();
    let bytes = 0;
    for (const name of names) {
      const sealed = new Uint8Array(await (await fetch(base + name)).arrayBuffer());
      for (let at = 0, n = 0; at < sealed.length; at += 65536, n++) {
        const iv = new Uint8Array(12);
        new DataView(iv.buffer).setUint32(0, n);
        bytes += (await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.subarray(at, at + 65536))).byteLength;
      }
    }
    return { bytes, ms: performance.now() - began };
  }

  /** The viewer's own worker, asked for every original from its first to its last byte; bytes and milliseconds. */
  async function viewer({ script, gallery, file, link, count }) {
    const worker = new Worker(script, { type: "module" });
    const pending = new Map();
    let last = 0;
    worker.onmessage = ({ data: { id, value, failure } }) => {
      const [resolve, reject] = pending.get(id);
      if (failure) reject(new Error(failure.kind));
      else resolve(value);
    };
    const call = (method, ...args) => new Promise((...both) => {
      pending.set(++last, both);
      worker.postMessage({ id: last, method, args });
    });
    await call("begin", gallery, { kind: "http", galleryFile: file });
    const secret = Uint8Array.from(atob(link.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    await call("unlock", secret, null);
    const began = performance.now();
    let bytes = 0;
    for (let index = 0; index < count; index++) {
      const { reading } = await call("startReading", index, "original");
      for (let piece; !piece?.done; bytes += piece.bytes.length) piece = await call("read", reading);
    }
    const ms = performance.now() - began;
    worker.terminate();
    return { bytes, ms };
  }

  const tasks = [];

  function watchTasks() {
    const note = (list) => tasks.push(...list.getEntries().map(({ duration }) => duration));
    new PerformanceObserver(note).observe({ entryTypes: ["longtask"] });
  }

  /** From one end to the other, about 3,000 pixels a second, as with a quick thumb. */
  async function scroll(up) {
    const end = document.documentElement.scrollHeight - innerHeight;
    for (let at = 0; at < end; at += 50) {
      scrollTo({ top: up ? end - at : at, behavior: "instant" });
      await new Promise(requestAnimationFrame);
    }
  }

  return { opened, argon2, bare, viewer, tasks, watchTasks, scroll };
})();
