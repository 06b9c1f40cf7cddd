/** What can go wrong, as classes a reader can tell apart (docs/format.md, section 8), plus what befalls a browser. */

export type FailureKind =
  // of the format
  | "no match" | "tampered" | "malformed" | "unsupported" | "wrong gallery"
  // of the way here
  | "missing" | "offline" | "host" | "html"
  // of this browser
  | "insecure" | "browser" | "memory" | "cut link" | "needs folder";

/** A failure has a kind, for the words shown, and a detail, for whoever debugs it; never a secret. */
export class Failure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, detail = "") {
    super(detail ? `${kind}: ${detail}` : kind);
    this.name = "Failure";
    this.kind = kind;
  }
}

/** The kind of anything that was thrown. What we did not foresee counts as damaged data, so that it is never shown. */
export function kindOf(error: unknown): FailureKind {
  if (error instanceof Failure) return error.kind;
  if (error instanceof RangeError) return "memory";
  return "malformed";
}

/** True for an abort that somebody asked for, which is no failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
