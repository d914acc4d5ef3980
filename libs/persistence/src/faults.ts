/** What went wrong at the database, in the three ways that matter: come back later, run again, or look at the data. */
export type DatabaseFault = 'unavailable' | 'retry' | 'data' | 'other';

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN',
  '57P01', '57P02', '57P03', '57P05', '57014', '53000', '53100', '53200', '53300', '58030', '25006',
]);
const RETRY_CODES = new Set(['40001', '40P01', '55P03']);
/** Messages of the driver that carry no code. */
const UNAVAILABLE_TEXT = /Connection terminated|timeout exceeded|Query read timeout|connection timeout|not queryable|connection is closed/i;

export function faultOf(error: unknown): DatabaseFault {
  const code = codeOf(error);
  if (code !== undefined) {
    if (UNAVAILABLE_CODES.has(code) || code.startsWith('08')) return 'unavailable';
    if (RETRY_CODES.has(code)) return 'retry';
    if (code.startsWith('22') || code.startsWith('23') || code.startsWith('54')) return 'data';
  }
  return error instanceof Error && UNAVAILABLE_TEXT.test(error.message) ? 'unavailable' : 'other';
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
