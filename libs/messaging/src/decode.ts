import { failure, success } from '@tickmark/contracts';
import type { Result } from '@tickmark/contracts';

/** The part of a zod schema that decoding needs. */
interface MessageSchema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] } };
}

const ISSUES_SAID = 3;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What cannot be decoded is a dead letter; the reason says where the fault is, and repeats no value. */
export function decodeMessage<T>(schema: MessageSchema<T>, value: Uint8Array | null): Result<T, string> {
  if (value === null) return failure('the message has no value');
  const json = parse(value);
  if (!json.ok) return json;
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return success(parsed.data);
  const { issues } = parsed.error;
  const said = issues.slice(0, ISSUES_SAID).map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`);
  return failure(issues.length > ISSUES_SAID ? `${said.join('; ')}; and ${issues.length - ISSUES_SAID} more` : said.join('; '));
}

function parse(value: Uint8Array): Result<unknown, string> {
  try {
    return success(JSON.parse(utf8.decode(value)) as unknown);
  } catch (error) {
    return failure(error instanceof SyntaxError ? 'the value is not JSON' : 'the value is not UTF-8');
  }
}
