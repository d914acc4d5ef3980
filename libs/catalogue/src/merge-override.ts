import { suggestion } from '@tickmark/expressions';
import type { OverrideFile } from './control-schema.js';
import type { Report } from './yaml-source.js';

export interface Override {
  readonly data: OverrideFile;
  /** Reports about the override's own file. */
  readonly report: Report;
  readonly line: number;
}

interface Written {
  readonly [field: string]: unknown;
}

const isMap = (value: unknown): value is Written => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapOf = (value: unknown): Written => (isMap(value) ? value : {});

/**
 * A control as the installation wants it: its own parameters, owner, mapping and date in place of the shipped ones. The
 * result is checked like any other control, so expressions are typed by the new parameters.
 */
export function withOverride(written: unknown, override: Override | undefined): unknown {
  if (override === undefined || !isMap(written)) return written;
  const { data, report, line } = override;
  const params = mapOf(written['params']);
  for (const name of Object.keys(data.params ?? {})) {
    if (Object.hasOwn(params, name)) continue;
    report(line, `it sets the parameter "${name}", which this control does not have`, suggestion(name, Object.keys(params)));
  }
  const merged: { [field: string]: unknown } = { ...written };
  if (data.params !== undefined) merged['params'] = { ...params, ...data.params };
  if (data.maps !== undefined) merged['maps'] = { ...mapOf(written['maps']), ...data.maps };
  if (data.owner !== undefined) merged['owner'] = data.owner;
  if (data.effectiveFrom !== undefined) merged['effectiveFrom'] = data.effectiveFrom;
  return merged;
}
