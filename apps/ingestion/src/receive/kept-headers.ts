import type { Headers } from '@tickmark/formats';

const KEPT = /^(ce-[a-z0-9]{1,40}|x-github-[a-z-]{1,40}|x-hub-signature-256|webhook-(id|timestamp|signature)|user-agent)$/;
const MOST_HEADERS = 40;
const MOST_CHARS = 2_000;

/** What identifies a delivery and lets its signature be checked again; never a credential. NUL cannot be kept. */
export function keptHeaders(headers: Headers): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value !== undefined && KEPT.test(name) ? [[name, value.slice(0, MOST_CHARS).replaceAll('\0', '').toWellFormed()]] : [],
  );
  return Object.fromEntries(kept.slice(0, MOST_HEADERS)) as Record<string, string>;
}
