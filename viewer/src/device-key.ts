/**
 * What "remember this device" keeps: the opened slot's payload, sealed under a key that this browser uses but never hands out. It stops
 * scripts and synchronised profiles from carrying the secret off; somebody with the whole disk has both. Never a passphrase.
 */

import { asObject, b64, type Bytes, fields, parseJson, unb64, utf8 } from "./codec.ts";
import { Failure } from "./failures.ts";
import { parseRights, type Payload } from "./slots.ts";

export interface DeviceKey {
  readonly key: CryptoKey;
  readonly iv: Bytes;
  readonly sealed: Bytes;
}

const binding = (gallery: string, until: string): Bytes => fields("sogallery device", gallery, until);

/** `until` is the last day on which it may be used; another one makes it useless. */
export async function sealPayload({ manifest, reply, rights }: Payload, gallery: string, until: string): Promise<DeviceKey> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = utf8(JSON.stringify({ manifest: b64(manifest), reply: b64(reply), rights }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: binding(gallery, until) }, key, plain);
  return { key, iv, sealed: new Uint8Array(sealed) };
}

/** Fails with "tampered" or "malformed". */
export async function openPayload({ key, iv, sealed }: DeviceKey, gallery: string, until: string): Promise<Payload> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: binding(gallery, until) }, key, sealed)
    .catch(() => { throw new Failure("tampered", "device"); });
  const json = parseJson(new Uint8Array(plain));
  return { manifest: unb64(json["manifest"], 32), reply: unb64(json["reply"], 32), rights: parseRights(asObject(json["rights"], "rights")) };
}
