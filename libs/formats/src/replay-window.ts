import { refused } from './authentication.js';
import type { Verification } from './format.js';

const TOLERANCE_SECONDS = 300;

/** Signed times of vendors are seconds since 1970; one that is further off is a replay, or a clock that is wrong. */
export function outsideReplayWindow(seconds: string | undefined, nowMs: number): Verification | undefined {
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return refused('the signature has no time; send the headers as the vendor wrote them');
  const off = Math.abs(nowMs / 1_000 - Number(seconds));
  return off <= TOLERANCE_SECONDS ? undefined : refused(`the signature is ${Math.round(off)} seconds off our clock, and at most ${TOLERANCE_SECONDS} are taken: a replay, or a wrong clock`);
}
