import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { z } from 'zod';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
const configMap = z.object({
  data: z.object({ results: text, 'exit-code': text, 'error-msg': text }),
});
/** What bzip2 starts with, in base64. */
const COMPRESSED = 'Qlpo';

/** The XML in a ConfigMap, or why there is none that could be read. */
export function resultsText(record: JsonObject): Result<string, InputFault> {
  const fields = fieldsOf(configMap, record);
  if (!fields.ok) return fields;
  const { results, 'error-msg': error } = fields.value.data;
  const said = (results ?? '').trimStart();
  if (said === '') {
    const why = typeof error === 'string' && error !== '' ? `: ${error.slice(0, 300).toWellFormed()}` : '';
    return fault(`is missing: the scan left no results${why}`);
  }
  if (said.startsWith(COMPRESSED)) return fault('is compressed by bzip2; send the report as it was before, such as the ARF in the result volume');
  return { ok: true, value: said };
}

const fault = (message: string): { readonly ok: false; readonly error: InputFault } => ({ ok: false, error: { pointer: '/data/results', message } });
