/** Something that the reader can put right: printed as one line, without a stack. */
export class Fault extends Error {}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs an entry point and turns a Fault into its one line and exit code 1. */
export async function runEntry(main) {
  try {
    const code = await main();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    say(error instanceof Fault ? `tickmark: ${error.message}` : `tickmark: ${error.stack ?? error}`);
    process.exitCode = 1;
  }
}
