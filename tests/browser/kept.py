"""What a browser keeps of an origin, as text: for tests that search it for things that must not be there."""

from __future__ import annotations

from tests.browser.engines import Browser

# Bytes become Latin-1 text, so that what was stored in the clear is found; keys show only whether they can be taken out.
_SCRIPT = """
const seen = [];
const text = (value) => {
  if (value instanceof CryptoKey) return 'CryptoKey ' + value.extractable;
  if (value instanceof ArrayBuffer) value = new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer)].map((b) => String.fromCharCode(b)).join('');
  if (value && typeof value === 'object') return Object.entries(value).map(([k, v]) => k + '=' + text(v)).join(';');
  return String(value);
};
const done = (request) => new Promise((good, bad) => { request.onsuccess = () => good(request.result); request.onerror = bad; });
for (const { name } of await indexedDB.databases()) {
  const database = await done(indexedDB.open(name));
  for (const store of database.objectStoreNames) {
    const place = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([done(place.getAllKeys()), done(place.getAll())]);
    keys.forEach((key, i) => seen.push(store + ' ' + key + ' ' + text(values[i])));
  }
  database.close();
}
for (const storage of [localStorage, sessionStorage]) {
  for (let i = 0; i < storage.length; i++) seen.push('storage ' + storage.key(i) + ' ' + storage.getItem(storage.key(i)));
}
for (const name of await caches.keys()) {
  const cache = await caches.open(name);
  for (const request of await cache.keys()) seen.push('cache ' + request.url);
}
seen.push('state ' + JSON.stringify(history.state), 'address ' + location.href, 'cookie ' + document.cookie);
return seen;
"""


def kept(browser: Browser) -> list[str]:
    """Every record of IndexedDB, web storage and caches, the history entry, the address and the cookies."""
    return list(browser.js(_SCRIPT))


def records(browser: Browser, store: str) -> list[str]:
    """What one store of the viewer's database has."""
    return [entry for entry in kept(browser) if entry.startswith(store + " ")]
