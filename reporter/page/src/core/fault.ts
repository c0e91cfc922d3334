// What a caller handles: a code that the page has a sentence for.
export type FaultCode =
  | "root-key" // the page's own slot holds no root key
  | "keyring-signature"
  | "keyring-malformed"
  | "keyring-dates"
  | "keyring-week" // verified, but of another week than this one
  | "recipient" // not a hybrid one, or not one at all
  | "too-large"
  | "text-too-long"
  | "file-unreadable"
  | "seal"
  | "network"
  | "refused" // by the server, which says why
  | "boards" // the keyring, and with it the boards, could not be fetched
  | "code"; // not a receipt code

export class Fault extends Error {
  constructor(
    readonly code: FaultCode,
    /** What the server answered, for the page to show beside its own sentence. */
    readonly say = "",
  ) {
    super(code);
  }
}
