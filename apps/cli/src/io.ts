/** What a command line answers with: 0 good, 1 the answer is no, 2 wrong use, 3 the server is away; from 10 on why a bundle does not hold. */
export type ExitCode = number;

export const EXIT = { good: 0, no: 1, wrongUse: 2, serverAway: 3 } as const;

export interface Terminal {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** How wide it is, where that is known. */
  readonly columns?: number | undefined;
}

/** What people type. */
interface Keyboard {
  readonly isTerminal: boolean;
  lines(): AsyncIterable<string>;
}

/** Data goes to `out`, progress to `err`; a bar stands on a terminal only. */
export interface Io {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly colour: boolean;
  /** Absent: nobody is there to be asked. */
  readonly keyboard?: Keyboard;
}

/** A request that cannot be carried out as it was written; the message says what to write instead. */
export class WrongUse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUse';
  }
}

type Shade = 'green' | 'red' | 'yellow' | 'grey' | 'bold';

const CODES: { readonly [shade in Shade]: readonly [number, number] } = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  grey: [90, 39],
  bold: [1, 22],
};

/** Controls, line ends and marks that turn the reading direction: what a source wrote could draw lines of ours. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Text of others on one line of a terminal, with what moves the cursor written out. */
export const printable = (text: string): string =>
  text.replaceAll(UNPRINTABLE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Colour only repeats what a word or sign beside it says. */
export function shaded({ colour }: Io, shade: Shade, text: string): string {
  const [on, off] = CODES[shade];
  return colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}
