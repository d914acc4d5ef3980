import type { Json, JsonObject } from '@tickmark/contracts';
import { parseLenientInstant } from '../reading/instant.js';
import { readJsonText } from '../reading/json.js';
import { isObject } from '../reading/records.js';

/**
 * One record of Entra. Exports differ in where a field stands and how its name is written: in `properties` (diagnostic
 * settings), at the top (Microsoft Graph), with a capital (Log Analytics) or all in lower case (copies). So fields are
 * looked up by name without case, first in `properties`, then at the top.
 */
export class EntraRecord {
  private readonly top: ReadonlyMap<string, Json>;
  private readonly properties: ReadonlyMap<string, Json>;

  constructor(raw: JsonObject) {
    this.top = lowered(raw);
    const nested = this.top.get('properties');
    this.properties = lowered(isObject(nested) ? nested : {});
  }

  value(name: string): Json | undefined {
    const key = name.toLowerCase();
    const value = this.properties.get(key) ?? this.top.get(key);
    return value ?? undefined;
  }

  text(...names: readonly string[]): string | undefined {
    return names.map((name) => this.value(name)).find((value): value is string => typeof value === 'string' && value !== '');
  }

  object(name: string): JsonObject | undefined {
    const value = structured(this.value(name));
    return isObject(value) ? value : undefined;
  }

  objects(name: string): readonly JsonObject[] {
    const value = structured(this.value(name));
    return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
  }

  /** The first time that is given; undefined when there is none, NaN when it cannot be read. Azure writes UTC only. */
  timeMs(...names: readonly string[]): number | undefined {
    const written = this.text(...names);
    return written === undefined ? undefined : (parseLenientInstant(written) ?? Number.NaN);
  }
}

function lowered(object: JsonObject): ReadonlyMap<string, Json> {
  return new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Log Analytics writes structures as JSON text. */
function structured(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value;
  const reading = readJsonText(value, { bigNumbers: 'text' });
  return reading.ok && reading.faults.length === 0 ? reading.value : undefined;
}

export function textOf(object: JsonObject | undefined, ...names: readonly string[]): string | undefined {
  return names.map((name) => object?.[name]).find((value): value is string => typeof value === 'string' && value !== '');
}
