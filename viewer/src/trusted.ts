/** The one Trusted Types policy of the page: only scripts that lie beside this one may become code. */

interface Policy {
  createScriptURL(url: string): unknown;
}

interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

let policy: Policy | null = null;

function allow(url: string): string {
  const here = new URL("./", import.meta.url).href;
  if (!/^[\w.-]+\.js$/.test(url.slice(here.length)) || !url.startsWith(here)) throw new TypeError("not a script of the viewer");
  return url;
}

/** The address of a script beside the viewer, in the form that this browser asks for. */
export function scriptUrl(name: string): string {
  const url = new URL(`./${name}`, import.meta.url).href;
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (!factory) return allow(url);
  policy ??= factory.createPolicy("soga", { createScriptURL: allow });
  // A TrustedScriptURL, where the types of TypeScript 5.9 still say string.
  return policy.createScriptURL(url) as string;
}
