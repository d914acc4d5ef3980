import { mediaTypeOf, type ParseRequest, type ParseResult } from '../format.js';
import { malformed } from './items.js';
import { readRecords, type RecordRules } from './records.js';
import { charsetFault } from './text.js';
import { yamlToJson } from './yaml.js';

export const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** Records in JSON or YAML, whichever the content type says: what `kubectl get … -o json` and `-o yaml` write. */
export function readYamlRecords(request: ParseRequest, rules: RecordRules): ParseResult {
  if (!YAML_TYPES.includes(mediaTypeOf(request.contentType))) return readRecords(request, rules);
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const asJson = { ...request, contentType: 'application/json' };
  if (looksLikeJson(request.rawBody)) return readRecords(asJson, rules);
  const json = yamlToJson(request.rawBody);
  return json.ok ? readRecords({ ...asJson, rawBody: json.value }, rules) : malformed(json.error);
}

/** JSON is YAML too, and its own reader is stricter and knows no depth that it could not end. */
const looksLikeJson = (bytes: Uint8Array): boolean => /^\s*[[{]/.test(Buffer.from(bytes.subarray(0, 1_000)).toString('latin1'));
