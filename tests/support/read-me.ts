export interface ReadmeBlock {
  readonly kind: 'receiver' | 'start' | 'look';
  readonly commands: string;
  /** What the output has to hold; the commands are tried again until it does. */
  readonly until?: string;
}

/** The blocks of commands in a page, with what the comment before each says about running it. */
export function blocksOf(page: string): readonly ReadmeBlock[] {
  const found = page.matchAll(/^<!-- block: (receiver|start|look)(?:, again until (.+?))? -->\n```sh\n([\s\S]*?)^```$/gm);
  return [...found].map(([, kind, until, commands = '']) => ({
    kind: kind as ReadmeBlock['kind'],
    commands: commands.trim(),
    ...(until === undefined ? {} : { until: until.replace(/^"(.*)"$/, '$1') }),
  }));
}
