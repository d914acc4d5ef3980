import type { Logger } from './logger.js';

interface ShutdownStep {
  readonly name: string;
  run(): Promise<void>;
}

interface ShutdownOptions {
  readonly logger: Logger;
  /** In order: stop intake, finish or hand back work, commit, close. A step that fails does not hold the next. */
  readonly steps: readonly ShutdownStep[];
  readonly timeoutMs?: number;
}

const SHUTDOWN_TIMEOUT_MS = 20_000;

/** Ends the process in order on SIGTERM and SIGINT; a second signal or the time limit ends it at once. */
export function endOnSignals({ logger, steps, timeoutMs = SHUTDOWN_TIMEOUT_MS }: ShutdownOptions): void {
  let ending = false;
  const end = (signal: string): void => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'shutting down');
    setTimeout(() => process.exit(1), timeoutMs).unref();
    void runSteps(steps, logger).then((clean) => process.exit(clean ? 0 : 1));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

export async function runSteps(steps: readonly ShutdownStep[], logger: Logger): Promise<boolean> {
  let clean = true;
  for (const step of steps) {
    try {
      await step.run();
    } catch (error) {
      clean = false;
      logger.error({ err: error, step: step.name }, 'a shutdown step failed');
    }
  }
  return clean;
}

/** Programmer errors stop the process; the supervisor starts it again. */
export function dieOnUnexpectedErrors(logger: Logger): void {
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'unexpected error, ending');
    process.exit(70);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

/** `main` of an app: a configuration fault or a failed start is one clear line and exit code 1. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof Error && error.name !== 'ConfigError' && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
}
