/*
 * A JSON reader without recursion, one pass, that knows the path of every fault. Packages were looked at first
 * (docs/adr/0006-formats.md): none refuses duplicate keys, says the path, and survives 100,000 levels.
 */
import type { InputFault, Json } from '@tickmark/contracts';
import { pointerOf } from './pointer.js';

export interface JsonOptions {
  /**
   * A whole number beyond ±(2^53 - 1) or one that overflows cannot be kept exactly as a number: `refuse` makes it a
   * fault, `text` keeps its digits as text (for vendors' fields that nothing of ours reads as a number).
   */
  readonly bigNumbers: 'refuse' | 'text';
}

/** The body is no JSON; nothing of it can be used. */
export class JsonSyntaxFault extends Error {
  constructor(
    readonly pointer: string,
    message: string,
    readonly trailing: boolean,
  ) {
    super(message);
  }
}

/** An open container; `key` is the name or index whose value comes next. */
type Frame = ListFrame | ObjectFrame;
interface ListFrame {
  readonly isList: true;
  readonly container: Json[];
  key: number;
}
interface ObjectFrame {
  readonly isList: false;
  readonly container: Record<string, Json>;
  key: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const UNCLOSED = 'the text has no closing quote';
const CONTROL = 'a control character stands in a text; write it as an escape such as \\n';
const LITERALS = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** A million empty objects are one: nobody changes what was read. */
const NOTHING: Json = Object.freeze({});

export class JsonTextReader {
  readonly faults: InputFault[] = [];
  private at = 0;
  private readonly frames: Frame[] = [];
  // eslint-disable-next-line no-control-regex -- JSON forbids exactly these in a text
  private readonly plain = /[^"\\\u0000-\u001f]*/y;
  private readonly space = /[ \t\r\n]*/y;
  private readonly number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

  constructor(
    private readonly text: string,
    private readonly options: JsonOptions,
    private readonly most: { readonly depth: number; readonly faults: number },
  ) {}

  read(): Json {
    this.skipSpace();
    if (this.at === this.text.length) this.refuse('the body is empty; send JSON');
    for (;;) {
      const value = this.beginValue();
      if (value === undefined) continue;
      const whole = this.complete(value);
      if (whole !== undefined) return whole;
    }
  }

  /** A finished value, or undefined when a container was opened and its first value comes next. */
  private beginValue(): Json | undefined {
    const code = this.text.charCodeAt(this.at);
    if (code === QUOTE) return this.string();
    if (code === OPEN_OBJECT) return this.openObject();
    if (code === OPEN_ARRAY) return this.openArray();
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.readNumber();
    return this.literal();
  }

  private openObject(): Json | undefined {
    this.checkDepth();
    this.at += 1;
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === CLOSE_OBJECT) {
      this.at += 1;
      return NOTHING;
    }
    const frame: ObjectFrame = { isList: false, container: {}, key: '' };
    this.frames.push(frame);
    this.name(frame);
    return undefined;
  }

  private openArray(): Json | undefined {
    const container: Json[] = [];
    this.checkDepth();
    this.at += 1;
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === CLOSE_ARRAY) {
      this.at += 1;
      return container;
    }
    this.frames.push({ isList: true, container, key: 0 });
    return undefined;
  }

  private checkDepth(): void {
    if (this.frames.length < this.most.depth) return;
    this.refuse(`nested deeper than ${this.most.depth} levels; send a flatter structure`);
  }

  /** Puts the value in its place and closes what ends there; the whole document when nothing is open any more. */
  private complete(finished: Json): Json | undefined {
    let value = finished;
    for (;;) {
      const frame = this.frames.at(-1);
      if (frame === undefined) {
        this.end();
        return value;
      }
      this.attach(frame, value);
      this.skipSpace();
      if (this.goesOn(frame)) return undefined;
      value = frame.container;
      this.frames.pop();
    }
  }

  /** After a value: a comma and the next name or item (true), or the end of the container (false). */
  private goesOn(frame: Frame): boolean {
    const code = this.text.charCodeAt(this.at);
    if (code === COMMA) {
      this.at += 1;
      this.skipSpace();
      if (frame.isList) frame.key += 1;
      else this.name(frame);
      return true;
    }
    if (code !== (frame.isList ? CLOSE_ARRAY : CLOSE_OBJECT)) this.refuse(`expected "," or "${frame.isList ? ']' : '}'}"`);
    this.at += 1;
    return false;
  }

  private attach(frame: Frame, value: Json): void {
    if (frame.isList) {
      frame.container.push(value);
      return;
    }
    const { container, key } = frame;
    if (key === '__proto__' || (key === 'prototype' && this.frames.at(-2)?.key === 'constructor')) {
      this.fault('this name is refused: it could change objects of the program; leave it out');
    } else if (Object.hasOwn(container, key)) {
      this.fault('this name stands twice in one object; send it once');
    } else {
      container[key] = value;
    }
  }

  private name(frame: ObjectFrame): void {
    frame.key = '';
    if (this.text.charCodeAt(this.at) !== QUOTE) this.refuse('expected a name in double quotes');
    frame.key = this.string();
    this.skipSpace();
    if (this.text.charCodeAt(this.at) !== COLON) this.refuse('expected ":" after a name');
    this.at += 1;
    this.skipSpace();
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    let escaped = false;
    for (;;) {
      this.plain.lastIndex = this.at;
      this.plain.test(this.text);
      this.at = this.plain.lastIndex;
      const code = this.text.charCodeAt(this.at);
      if (code === QUOTE) break;
      if (code !== BACKSLASH) this.refuse(Number.isNaN(code) ? UNCLOSED : CONTROL);
      escaped = true;
      this.at += 2;
    }
    this.at += 1;
    return escaped ? this.unescape(start) : this.text.slice(start + 1, this.at - 1);
  }

  private unescape(start: number): string {
    const text = nativeString(this.text.slice(start, this.at));
    if (text === undefined) {
      this.at = start;
      return this.refuse('a text has a backslash escape that JSON does not know');
    }
    if (text.includes('\u0000')) this.fault('holds the character NUL (\\u0000), which cannot be kept; leave it out');
    if (!text.isWellFormed()) this.fault('holds half of a surrogate pair, which is no character; send whole characters');
    return text;
  }

  private readNumber(): Json {
    return this.smallInteger() ?? this.anyNumber();
  }

  /** Most numbers are short and whole: read without a match. */
  private smallInteger(): number | undefined {
    let value = 0;
    let at = this.at;
    for (let code = this.text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = this.text.charCodeAt(at)) {
      value = value * 10 + code - 0x30;
      at += 1;
      if (at - this.at > 15) return undefined;
    }
    const next = this.text.charCodeAt(at);
    if (at === this.at || next === 0x2e || next === 0x65 || next === 0x45) return undefined;
    if (at - this.at > 1 && this.text.charCodeAt(this.at) === 0x30) return undefined;
    this.at = at;
    return value;
  }

  private anyNumber(): Json {
    this.number.lastIndex = this.at;
    const match = this.number.exec(this.text);
    if (match === null) return this.refuse('a number is not written as JSON wants it');
    this.at = this.number.lastIndex;
    const value = Number(match[0]);
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value + 0;
    if (this.options.bigNumbers === 'text') return match[0];
    this.fault('is a number beyond ±(2^53 - 1) that cannot be kept exactly; send it as text');
    return null;
  }

  private literal(): Json {
    const word = /[a-z]{0,5}/y;
    word.lastIndex = this.at;
    const value = LITERALS.get(word.exec(this.text)?.[0] ?? '');
    if (value === undefined) return this.refuse(this.at >= this.text.length ? 'the body ends too early' : 'expected a value');
    this.at = word.lastIndex;
    return value;
  }

  private end(): void {
    const before = this.at;
    this.skipSpace();
    if (this.at < this.text.length) {
      const trailing = this.text.slice(before, this.at).includes('\n');
      this.refuse('something follows the end of the JSON value; send one value, or JSON lines as application/x-ndjson', trailing);
    }
  }

  private skipSpace(): void {
    const code = this.text.charCodeAt(this.at);
    if (code > 0x20) return;
    this.space.lastIndex = this.at;
    this.space.test(this.text);
    this.at = this.space.lastIndex;
  }

  private fault(message: string): void {
    if (this.faults.length >= this.most.faults) this.refuse(`more than ${this.most.faults} faults in one body`);
    this.faults.push({ pointer: this.pointer(), message });
  }

  private refuse(message: string, trailing = false): never {
    throw new JsonSyntaxFault(this.pointer(), `${message} (${this.position()})`, trailing);
  }

  private pointer(): string {
    return pointerOf(this.frames.map((frame) => frame.key));
  }

  private position(): string {
    let line = 1;
    let lastBreak = -1;
    for (let at = this.text.indexOf('\n'); at >= 0 && at < this.at; at = this.text.indexOf('\n', at + 1)) {
      line += 1;
      lastBreak = at;
    }
    return `line ${line}, column ${this.at - lastBreak}`;
  }
}

/** The runtime's own decoder of a quoted text; undefined when it holds an unknown escape. */
function nativeString(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
