/** The worker: keys, key derivation and all decryption live here, so that the page never stalls and forgets everything at once. */

import { Engine } from "./engine.ts";
import { type Port, serve } from "./rpc.ts";

serve(globalThis as unknown as Port, new Engine());
