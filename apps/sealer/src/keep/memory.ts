import { z } from 'zod';
import { KeptFileFault, readKept, writeKept } from './kept-file.js';

const remembered = z.strictObject({
  /** Of the ledger itself, without its epoch. */
  ledger: z.string(),
  epoch: z.int().positive(),
  size: z.int().positive(),
  root: z.base64(),
  /** The signed checkpoint. */
  note: z.string(),
  signedAt: z.iso.datetime(),
});
export type Remembered = z.infer<typeof remembered>;

const approval = z.strictObject({
  epoch: z.int().positive(),
  startedBy: z.array(z.string().min(1)).length(2),
  /** The root of the last checkpoint that was signed before. */
  previousRoot: z.string(),
});
export type Approval = z.infer<typeof approval>;

/**
 * What was signed last, outside the database: a database that was set back cannot make its signer forget. Beside it, for
 * a while, that two persons have approved a new epoch.
 */
export class Memory {
  readonly #approvalFile: string;

  constructor(private readonly file: string) {
    this.#approvalFile = `${file}.epoch`;
  }

  last(): Remembered | undefined {
    return this.#read(this.file, remembered);
  }

  remember(signed: Remembered): void {
    writeKept(this.file, `${JSON.stringify(signed, undefined, 2)}\n`);
  }

  approval(): Approval | undefined {
    return this.#read(this.#approvalFile, approval);
  }

  approve(given: Approval): void {
    writeKept(this.#approvalFile, `${JSON.stringify(given, undefined, 2)}\n`);
  }

  /** Half a memory is none that anybody could rely on: it is a fault, never an empty one. */
  #read<T>(file: string, schema: z.ZodType<T>): T | undefined {
    const text = readKept(file);
    if (text === undefined) return undefined;
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new KeptFileFault(`${file} cannot be read: put back a copy of it`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
