import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { InputFault, Result } from '@tickmark/contracts';
import { decodeUtf8 } from './text.js';

/** An element by its local name: prefixes are a writer's choice. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  /** By local name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text without that of its children, trimmed. */
  readonly text: string;
}

const MOST_LEVELS = 100;
const MOST_ELEMENTS = 1_000_000;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

interface XmlRules {
  /** Names of elements that are checked like all others, but not kept, nor what is in them: of large files only what is needed. */
  readonly leftOut: ReadonlySet<string>;
  readonly mostKept: number;
}

const EVERYTHING: XmlRules = { leftOut: new Set(), mostKept: MOST_ELEMENTS };

/** Any depth is read without recursion. A DOCTYPE is refused: entities and outside files come with it. */
export function readXml(bytes: Uint8Array, rules = EVERYTHING): Result<XmlElement, InputFault> {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return { ok: false, error: decoded.fault };
  const builder = new TreeBuilder(rules);
  try {
    builder.read(decoded.text);
  } catch (error) {
    if (error instanceof XmlFault) return { ok: false, error: { pointer: '', message: error.message } };
    throw error;
  }
  return builder.root === undefined ? { ok: false, error: { pointer: '', message: 'holds no element; send XML' } } : { ok: true, value: builder.root };
}

class XmlFault extends Error {}

interface Growing {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Growing[];
  text: string;
}

class TreeBuilder {
  root: XmlElement | undefined;
  private readonly parser = new SaxesParser({ xmlns: true });
  private readonly open: Growing[] = [];
  private elements = 0;
  private kept = 0;
  /** Levels that are open inside an element that is left out, itself included. */
  private below = 0;

  constructor(private readonly rules: XmlRules) {}

  read(text: string): void {
    const { parser } = this;
    parser.on('error', (error) => this.refuse(error.message.replace(/^\d+:\d+: /, '')));
    parser.on('doctype', () => this.refuse('a DOCTYPE is not read; send the document without it'));
    parser.on('opentag', (tag) => this.opened(tag));
    parser.on('text', (part) => this.said(part));
    parser.on('cdata', (part) => this.said(part));
    parser.on('closetag', () => this.closed());
    parser.write(text).close();
  }

  private refuse(message: string): never {
    throw new XmlFault(`${message.slice(0, 300).toWellFormed()} (line ${this.parser.line}, column ${this.parser.column + 1})`);
  }

  private opened({ local, uri, attributes }: SaxesTagNS): void {
    this.elements += 1;
    if (this.open.length + this.below >= MOST_LEVELS) this.refuse(`more than ${MOST_LEVELS} levels`);
    if (this.elements > MOST_ELEMENTS) this.refuse(`more than ${MOST_ELEMENTS} elements`);
    if (this.below > 0 || (this.open.length > 0 && this.rules.leftOut.has(local))) {
      this.below += 1;
      return;
    }
    this.kept += 1;
    if (this.kept > this.rules.mostKept) this.refuse(`more than ${this.rules.mostKept} elements that are read; send less of it`);
    const all = Object.values(attributes);
    const named = all.length === 0 ? NO_ATTRIBUTES : new Map(all.map((attribute) => [attribute.local, attribute.value]));
    const element: Growing = { name: local, namespace: uri, attributes: named, children: [], text: '' };
    this.open.at(-1)?.children.push(element);
    this.open.push(element);
  }

  private said(part: string): void {
    const element = this.open.at(-1);
    if (element !== undefined && this.below === 0) element.text += part;
  }

  private closed(): void {
    if (this.below > 0) {
      this.below -= 1;
      return;
    }
    const element = this.open.pop();
    if (element === undefined) return;
    element.text = element.text.trim();
    if (this.open.length === 0) this.root = element;
  }
}

export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The first element at a path of local names. */
export function at(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

/** Its text; undefined when the element is missing or empty. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = at(element, ...path)?.text;
  return text === '' ? undefined : text;
}

/** Every element of that name, in the order of the document, whatever lies around it. */
export function descendantsOf(root: XmlElement, wanted: (element: XmlElement) => boolean): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const waiting: XmlElement[] = [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (wanted(element)) found.push(element);
    // One by one: a call does not take hundreds of thousands of arguments.
    else for (const child of element.children.toReversed()) waiting.push(child);
  }
  return found;
}
