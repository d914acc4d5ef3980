import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node, type Pair } from 'yaml';
import type { CatalogueFault, CatalogueFile } from './model.js';

export type Path = readonly (string | number)[];

/** A YAML file as read, which still knows the line of everything in it. */
export interface YamlSource {
  readonly file: CatalogueFile;
  readonly value: unknown;
  /** The line of what lies at this path, or of the nearest thing above it that is there. */
  readonly lineOf: (path: Path) => number;
}

export interface Report {
  (line: number, message: string, hint?: string, severity?: CatalogueFault['severity']): void;
}

export const reporter =
  (faults: CatalogueFault[], file: string): Report =>
  (line, message, hint, severity = 'error') => {
    faults.push(hint === undefined ? { file, line, message, severity } : { file, line, message, hint, severity });
  };

const LONGEST_FILE = 256 * 1_024;

export function readYaml(file: CatalogueFile, report: Report): YamlSource | undefined {
  if (file.text.length > LONGEST_FILE) {
    report(1, `longer than ${LONGEST_FILE} characters`, 'split it');
    return undefined;
  }
  const lines = new LineCounter();
  const document = parsed(file.text, lines);
  if (document === undefined) {
    report(1, 'nested too deep to be read', 'catalogue files need a handful of levels only');
    return undefined;
  }
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    report(lineAt(pos[0]), yamlMessage(message), yamlHint(message));
  }
  if (document.errors.length + document.warnings.length > 0 || hasAliases(document, lineAt, report)) return undefined;
  return { file, value: document.toJS({ maxAliasCount: 0 }), lineOf: (path) => lineOf(document, path, lineAt) };
}

function parsed(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, stringKeys: true, version: '1.2' });
  } catch (error) {
    // The parser is recursive; a file of brackets only ends here.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const yamlMessage = (message: string): string =>
  message === 'Map keys must be unique' ? 'this key stands here twice' : `no valid YAML: ${message}`;

const yamlHint = (message: string): string | undefined => {
  if (message === 'Map keys must be unique') return 'keep one of the two';
  return message.includes('plain value cannot start with') ? 'put the text into quotes' : undefined;
};

/** An alias can blow a small file up without bound (a "YAML bomb"); these files need none. */
function hasAliases(document: Document, lineAt: (offset: number) => number, report: Report): boolean {
  let found = false;
  visit(document, {
    Node(_key, node) {
      if (!isAlias(node) && (node as { anchor?: string }).anchor === undefined) return undefined;
      if (!found) report(lineAt(node.range?.[0] ?? 0), 'anchors and aliases are not used here', 'write the value out');
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function lineOf(document: Document, path: Path, lineAt: (offset: number) => number): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) break;
    offset = startOf(isPair(next) ? next.key : next) ?? offset;
    node = isPair(next) ? next.value : next;
  }
  return lineAt(offset);
}

function child(node: unknown, step: string | number): Pair | Node | undefined {
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined;
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && key.value === step);
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];
