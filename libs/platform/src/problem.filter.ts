import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './logger.js';
import { HttpProblem } from './problem.js';

/** The one mapping of errors to HTTP answers: application/problem+json, never a stack or a value of ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(http.getResponse<FastifyReply>(), toProblem(error), {
      error,
      logger: this.logger,
      method: http.getRequest<FastifyRequest>().method,
    });
  }
}

interface Context {
  readonly error: unknown;
  readonly logger: Logger;
  readonly method: string;
}

/** Also for errors that Fastify finds before Nest sees the request (`setErrorHandler`). */
export function sendProblem(reply: FastifyReply, problem: HttpProblem, context: Context): void {
  if (problem.status >= 500) context.logger.error({ err: context.error, status: problem.status }, 'request failed');
  if (reply.sent) return;
  for (const [name, value] of Object.entries(problem.options.headers ?? {})) void reply.header(name, value);
  void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem.body()));
}

/** For Fastify's `frameworkErrors`: faults in the address itself, found before there is a route. */
export function answerFrameworkErrors(logger: Logger) {
  return (error: unknown, request: { readonly method: string }, reply: unknown): void => {
    const tooLong = statusOf(error) === 414;
    const problem = tooLong
      ? new HttpProblem(404, 'No id, format or feed is as long as this one.', { cause: error })
      : new HttpProblem(400, 'The address is not valid: %XX must be two hexadecimal digits of UTF-8.', { cause: error });
    sendProblem(reply as FastifyReply, problem, { error, logger, method: request.method });
  };
}

export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof HttpException) return ofNest(error);
  const status = statusOf(error);
  if (status !== undefined && status < 500) return new HttpProblem(status, messageOf(error), { cause: error });
  return new HttpProblem(500, 'Something went wrong on our side; the log has the details.', { cause: error });
}

function ofNest(error: HttpException): HttpProblem {
  if (error.getStatus() === 404) {
    return new HttpProblem(404, 'There is nothing at this address; /openapi.json lists what there is.', { cause: error });
  }
  return new HttpProblem(error.getStatus(), error.message, { cause: error });
}

/** Fastify's own errors carry their status. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'The request is not valid.');
