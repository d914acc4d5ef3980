/** A decimal number as it is written, never a float: `digits` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

export const ZERO: Decimal = { digits: 0n, scale: 0 };

/** As XML and banks allow it: `5.` and `.5` are numbers too. */
const WRITTEN = /^([+-]?)(?=\.?\d)(\d{0,30})(?:\.(\d{0,20}))?$/;

export function parseDecimal(text: string): Decimal | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length };
}

export function plus(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale);
  return { digits: digitsAt(one, scale) + digitsAt(other, scale), scale };
}

export const negated = ({ digits, scale }: Decimal): Decimal => ({ digits: -digits, scale });

const digitsAt = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale);

/** The shortest way to write it: equal numbers have equal texts. */
export function decimalText({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const all = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = all.slice(0, all.length - scale);
  const fraction = all.slice(all.length - scale).replace(/0+$/, '');
  return fraction === '' ? `${digits === 0n ? '' : sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** ISO 4217: how many digits the minor unit has, where it is not two. */
const MINOR_DIGITS: ReadonlyMap<string, number> = new Map([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map((code): [string, number] => [code, 0]),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
  ...['CLF', 'UYW'].map((code): [string, number] => [code, 4]),
]);

/** Whole minor units; undefined when there are fractions of one, or more than can be kept exactly. */
export function minorUnits(amount: Decimal, currency: string): number | undefined {
  const wanted = MINOR_DIGITS.get(currency) ?? 2;
  const excess = 10n ** BigInt(Math.max(0, amount.scale - wanted));
  if (amount.digits % excess !== 0n) return undefined;
  const minor = (amount.digits / excess) * 10n ** BigInt(Math.max(0, wanted - amount.scale));
  const number = Number(minor);
  return Number.isSafeInteger(number) ? number : undefined;
}
