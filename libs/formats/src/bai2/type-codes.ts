/** What a detail of an account moved. */
export type Movement = 'in' | 'out' | 'neither';

/** 100 to 399 money in, 400 to 699 out, 920 to 959 and 960 to 999 the same as a bank defines them. Loans and notes are neither. */
export function movementOf(type: string): Movement {
  const code = Number(type);
  if ((code >= 100 && code < 400) || (code >= 920 && code < 960)) return 'in';
  return (code >= 400 && code < 700) || code >= 960 ? 'out' : 'neither';
}

/** Money in that is ours, come back, and why; money out that takes back what came in. All others are movements of their own. */
const TAKES_BACK: ReadonlyMap<string, string | undefined> = new Map([
  ['252', undefined],
  ['254', undefined],
  ['255', 'check returned'],
  ['257', 'ACH return'],
  ['258', undefined],
  ['261', 'rejected'],
  ['266', 'returned'],
  ['552', undefined],
  ['555', 'deposited item returned'],
  ['557', 'ACH return'],
  ['558', undefined],
  ['561', 'rejected'],
  ['566', 'returned'],
]);

export interface TakenBack {
  readonly takesBack: boolean;
  readonly returned: string | undefined;
}

export function takenBackBy(type: string): TakenBack {
  const reason = TAKES_BACK.get(type);
  return { takesBack: TAKES_BACK.has(type), returned: reason === undefined ? undefined : `${type} ${reason}` };
}
