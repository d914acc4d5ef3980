import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

const SECRET_FIELDS = ['authorization', 'password', 'secret', 'apiKey', 'cookie', 'token'];

/** JSON lines: a static message and fields. `error` only if someone must act. */
export function createLogger(app: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { app, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '(hidden)' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Nest's own lines go to the same log; what it prints while starting is for debugging. */
export function nestLogger(logger: Logger): LoggerService {
  const fields = (rest: unknown[]) => ({ context: rest.map(String).join(' ') });
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(fields(rest), String(message)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(fields(rest), String(message)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.trace(fields(rest), String(message)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(fields(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) => logger.error(fields(rest), String(message)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.fatal(fields(rest), String(message)),
  };
}
