/** What stands beside a written value: one step to each side, twice and half as much. */

const LENGTH = /^(\d+)(ms|s|m|h|d|w)$/;
const UNDER: { readonly [unit: string]: readonly [number, string] } = { w: [7, 'd'], d: [24, 'h'], h: [60, 'm'], m: [60, 's'], s: [1_000, 'ms'] };

export function numbersBeside(written: string): readonly string[] {
  const number = Number(written);
  if (written.includes('.')) return [...new Set([decimal(number * 2), decimal(number / 2)])].filter((other) => other !== written);
  const others = [number + 1, number - 1, number * 2, Math.floor(number / 2)];
  return [...new Set(others)].filter((other) => other >= 0 && other !== number).map(String);
}

const decimal = (number: number): string => (Number.isInteger(number) ? number.toFixed(1) : String(Number(number.toPrecision(12))));

export function lengthsBeside(written: string): readonly string[] {
  const [, digits, unit] = LENGTH.exec(written) ?? [];
  if (digits === undefined || unit === undefined) return [];
  const amount = Number(digits);
  if (amount === 0) return [`1${unit}`];
  return [`${amount + 1}${unit}`, ...(amount > 1 ? [`${amount - 1}${unit}`] : []), `${amount * 2}${unit}`, halved(amount, unit)];
}

function halved(amount: number, unit: string): string {
  if (amount % 2 === 0) return `${amount / 2}${unit}`;
  const [many, under] = UNDER[unit] ?? [1, unit];
  return `${Math.floor((amount * many) / 2)}${under}`;
}

/** Values that a parameter could have instead; of a list one item is left out. */
export function valuesBeside(value: unknown): readonly unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return Number.isInteger(value) ? numbersBeside(String(value)).map(Number) : [value * 2, value / 2];
  if (typeof value === 'string') return LENGTH.test(value) ? lengthsBeside(value) : [`${value}-other`];
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  if (items.length > 1) return items.map((_, index) => items.toSpliced(index, 1));
  return items.flatMap((item) => valuesBeside(item).map((other) => [other]));
}
