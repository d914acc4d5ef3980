import type { SampleHints } from '@tickmark/readiness';
import { z } from 'zod';
import { text } from '../http/query.js';

const WRITTEN = /^([a-z-]+):(\d{1,4})(?:-(\d{1,4}))?$/;

/** Samples as the auditor names them, instead of the customary ones: `quarterly:3,daily:25-40`. */
export const samplesText = (frequencies: readonly string[]) =>
  text(500).transform((written, context): Partial<SampleHints> => {
    const hints = written.split(',').map((one) => sampleOf(one, frequencies));
    const wrong = hints.some((hint) => hint === undefined);
    if (wrong) {
      context.addIssue(`must be frequency:size or frequency:least-most with commas between, such as quarterly:3,daily:25-40; frequencies are ${frequencies.join(', ')}`);
      return z.NEVER;
    }
    return Object.fromEntries(hints.filter((hint) => hint !== undefined));
  });

function sampleOf(written: string, frequencies: readonly string[]) {
  const [, frequency = '', least = '', most = least] = WRITTEN.exec(written) ?? [];
  const [from, to] = [Number(least), Number(most)];
  return frequencies.includes(frequency) && from >= 1 && from <= to ? ([frequency, { least: from, most: to }] as const) : undefined;
}
