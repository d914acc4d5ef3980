/** What a check says: it holds, or why not. There is no third answer, and a fault in the input is a no. */
export type Verdict<Reason extends string> = { readonly ok: true } | { readonly ok: false; readonly reason: Reason };

export const HOLDS = { ok: true } as const;
export const fails = <Reason extends string>(reason: Reason) => ({ ok: false, reason }) as const;

/** Standard base64 (RFC 4648, section 4) of exactly this text; undefined when it could have been written otherwise. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
