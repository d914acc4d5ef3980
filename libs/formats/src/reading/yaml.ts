import { Composer, type Document, isScalar, Parser, visit } from 'yaml';
import type { InputFault, Result } from '@tickmark/contracts';
import { decodeUtf8 } from './text.js';

const MOST_ALIASES = 100;
/** The parser's own check of names compares each with each, and its own messages quote the text: both take too long. */
const LINEAR = { logLevel: 'silent', prettyErrors: false, uniqueKeys: false } as const;

/**
 * YAML as the JSON that it stands for, one document or an array of several: what reads JSON then checks numbers and texts.
 * Anchors are followed a hundred times at most, so that a small file cannot become a large one.
 */
export function yamlToJson(bytes: Uint8Array): Result<Uint8Array, InputFault> {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return { ok: false, error: decoded.fault };
  try {
    return composed(decoded.text);
  } catch (error) {
    // What nests too deep ends the stack, what refers too often is refused: both by an error of the runtime's own kinds.
    if (error instanceof RangeError || error instanceof ReferenceError || error instanceof TypeError) return fault(error.message);
    throw error;
  }
}

function composed(text: string): Result<Uint8Array, InputFault> {
  const tokens = [...new Parser().parse(text)];
  const misplaced = firstMisplaced(tokens);
  if (misplaced !== undefined) return fault(`something stands where nothing can (line ${lineAt(text, misplaced)})`);
  const values: unknown[] = [];
  for (const document of new Composer(LINEAR).compose(tokens)) {
    const message = errorOf(document, text);
    if (message !== undefined) return fault(message);
    values.push(document.toJS({ maxAliasCount: MOST_ALIASES }));
  }
  const whole = values.length === 1 ? (values[0] ?? null) : values.filter((value) => value !== null);
  return { ok: true, value: Buffer.from(JSON.stringify(whole)) };
}

/** What may follow a value before the next one. */
const AFTER_A_VALUE: ReadonlySet<unknown> = new Set(['space', 'newline', 'comment', 'flow-map-end', 'flow-seq-end', 'doc-end']);

interface Token {
  readonly type?: unknown;
  readonly offset?: number;
  readonly end?: readonly { readonly type: string; readonly offset: number }[];
}

/** The composer makes an error of each misplaced token, and a hostile file has millions: the first one is enough. */
function firstMisplaced(tokens: readonly unknown[]): number | undefined {
  const waiting: unknown[] = [...tokens];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part !== 'object' || part === null) continue;
    const misplaced = misplacedIn(part);
    if (misplaced !== undefined) return misplaced;
    for (const each of Object.values(part)) waiting.push(each);
  }
  return undefined;
}

function misplacedIn({ type, offset, end }: Token): number | undefined {
  return type === 'error' ? (offset ?? 0) : end?.find((each) => !AFTER_A_VALUE.has(each.type))?.offset;
}

function errorOf(document: Document, text: string): string | undefined {
  const [error] = document.errors;
  if (error !== undefined) return `${error.message} (line ${lineAt(text, error.pos[0])})`;
  const twice = nameTwice(document);
  return twice === undefined ? undefined : `the name ${twice.name} stands twice (line ${lineAt(text, twice.at)})`;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

function nameTwice(document: Document): { readonly name: string; readonly at: number } | undefined {
  let found: { readonly name: string; readonly at: number } | undefined;
  visit(document, {
    Map(_key, map) {
      const names = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) {
          found = { name: String(key.value).slice(0, 100), at: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        names.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

const fault = (message: string): { readonly ok: false; readonly error: InputFault } => ({
  ok: false,
  error: { pointer: '', message: `no YAML that can be read: ${message.slice(0, 300).toWellFormed()}` },
});
