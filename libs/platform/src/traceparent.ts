import { randomSlice } from './ids.js';

const PATTERN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's W3C trace context when it is a valid one, else a new one: one thread from the request to the notice. */
export function traceparentOf(header: string | undefined): string {
  if (header !== undefined && PATTERN.test(header)) return header;
  return `00-${randomSlice(16).toString('hex')}-${randomSlice(8).toString('hex')}-00`;
}
