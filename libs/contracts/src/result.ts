/** An expected outcome is a value; only programmer errors throw. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const success = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const failure = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** A fault in input: `pointer` is a JSON pointer (RFC 6901) to the fault, `message` says what is wrong and what to do. */
export interface InputFault {
  readonly index?: number;
  readonly pointer: string;
  readonly message: string;
}
