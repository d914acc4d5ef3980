import { z } from 'zod';
import type { Expression } from '@tickmark/expressions';
import type { CheckReader, Path } from './check-reader.js';
import type { Role } from './role.js';

export const expressionText = z.string().min(1).max(2_000).meta({ description: 'A CEL expression' });
export const lengthText = z.string().min(1).max(2_000).meta({ description: 'A length of time such as 24h, or params.<name>' });
export const alias = z.string().min(1).max(64).meta({ description: 'An alias of the control\'s inputs' });
/** One expression, or one for each alias: the same key may have another name in each stream. */
export const keyField = z.union([expressionText, z.record(alias, expressionText)]);

/** Fields that every kind knows. */
export const commonFields = {
  scope: expressionText.optional(),
  system: expressionText.optional(),
  retire: expressionText.optional(),
  settle: lengthText.optional(),
};

export interface CommonFields {
  readonly scope?: string | undefined;
  readonly system?: string | undefined;
  readonly retire?: string | undefined;
  readonly settle?: string | undefined;
}

export type Key = string | { readonly [alias: string]: string };
export type Shared = Pick<Role, 'alias' | 'type' | 'selectors' | 'scopes' | 'outOfScope' | 'key' | 'system' | 'retire' | 'settleMs'>;

interface Placed {
  readonly expression: Expression;
  /** The alias that it reads; undefined: none, so that it is about every event. */
  readonly alias: string | undefined;
}

/** Reads what all kinds have in common, and gives it for each input that plays a part. */
export class SharedParts {
  readonly #scopes: readonly Placed[];
  readonly #system: Placed | undefined;
  readonly #retire: Placed | undefined;
  readonly #settleMs: number | undefined;
  readonly #aliases: readonly string[];

  constructor(
    readonly reader: CheckReader,
    spec: CommonFields,
    aliases: readonly string[],
  ) {
    this.#aliases = [...new Set(aliases)];
    const { scope } = reader.control;
    const ofControl = scope === undefined ? [] : [{ expression: reader.checked(['control', 'scope'], scope, []), alias: undefined }];
    this.#scopes = [...ofControl, ...this.#optional('scope', spec.scope, 'bool')];
    [this.#system] = this.#optional('system', spec.system, 'string');
    [this.#retire] = this.#optional('retire', spec.retire, 'bool');
    this.#settleMs = spec.settle === undefined ? undefined : reader.fixedLength(['settle'], spec.settle);
  }

  get settleMs(): number | undefined {
    return this.#settleMs;
  }

  of(path: Path, name: string, { key, outOfScope = 'dropped' }: { readonly key: Role['key']; readonly outOfScope?: Role['outOfScope'] }): Shared {
    const { type, where } = this.reader.input(path, name);
    const about = (placed: Placed): boolean => placed.alias === undefined || placed.alias === name;
    const selectors = where === undefined ? [] : [this.reader.checked(['inputs', name, 'where'], where, [name])];
    const system = this.#system !== undefined && about(this.#system) ? { system: this.#system.expression } : {};
    const retire = this.#retire !== undefined && about(this.#retire) ? { retire: this.#retire.expression } : {};
    const settle = this.#settleMs === undefined ? {} : { settleMs: this.#settleMs };
    const scopes = this.#scopes.filter(about).map(({ expression }) => expression);
    return { alias: name, type, selectors, scopes, outOfScope, key, ...system, ...retire, ...settle };
  }

  #optional(field: string, source: string | undefined, result: 'bool' | 'string'): Placed[] {
    return source === undefined ? [] : [this.#place([field], source, result)];
  }

  #place(path: Path, source: string, result: 'bool' | 'string'): Placed {
    const aliases = this.#aliases;
    const expression = this.reader.expression(path, source, { aliases, result });
    const used = expression.uses.filter((name) => aliases.includes(name));
    if (used.length > 1) this.reader.fault(path, `reads ${used.join(' and ')}; it is looked at before events are joined`, 'let it read one input');
    return { expression, alias: used[0] };
  }
}

/** The key of each input: one expression for all, or one for each alias. */
export function readKeys(reader: CheckReader, key: Key, aliases: readonly string[]): (alias: string) => Expression {
  const read = (path: Path, source: string, name: string): Expression =>
    reader.expression(path, source, { aliases: [name], result: 'string', mayBeAbsent: true });
  if (typeof key === 'string') return (name) => read(['key'], key, name);
  for (const name of Object.keys(key)) {
    if (!aliases.includes(name)) reader.fault(['key', name], `"${name}" plays no part in this check`, `it reads: ${[...new Set(aliases)].join(', ')}`);
  }
  return (name) => {
    const source = key[name];
    if (source !== undefined) return read(['key', name], source, name);
    reader.fault(['key'], `says no key for ${name}`, `add ${name}: <expression>`);
    return read(['key'], '""', name);
  };
}
