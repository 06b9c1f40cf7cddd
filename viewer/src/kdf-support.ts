/** Whether Argon2id can run as WebAssembly here. Apart from kdf.ts, so that the page need not load that. */

/** False where WebAssembly is absent or a policy forbids to compile it. */
export function hasWebAssembly(): boolean {
  try {
    // The eight bytes of an empty module. A content security policy makes Chromium and Firefox refuse the module, WebKit the instance.
    const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return new WebAssembly.Instance(empty) instanceof WebAssembly.Instance;
  } catch {
    return false;
  }
}
