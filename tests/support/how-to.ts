import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './run-node.ts';

export interface HowToBlock {
  readonly name: string;
  readonly commands: string;
  /** What the output has to hold; the commands are tried again until it does. */
  readonly until?: string;
}

const textOf = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');

/** The blocks of commands in a page that name themselves. */
export function howToBlocks(page: string): readonly HowToBlock[] {
  const found = textOf(page).matchAll(/^<!-- block: ([\w-]+)(?:, again until (.+?))? -->\n```sh\n([\s\S]*?)^```$/gm);
  return [...found].map(([, name = '', until, commands = '']) => ({ name, commands: commands.trim(), ...(until === undefined ? {} : { until }) }));
}

/** The files that a page tells the reader to write. */
export function filesOf(page: string): ReadonlyMap<string, string> {
  const found = textOf(page).matchAll(/^<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)^```$/gm);
  return new Map([...found].map(([, name = '', text = '']) => [name, text]));
}
