import { Catch } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { faultOf } from '@tickmark/persistence';
import { HttpProblem, ProblemFilter, retryAfter } from '@tickmark/platform';

const RETRY_MS = 2_000;

/** Postgres away is nobody's mistake: try again. Everything else is as platform says. */
@Catch()
export class PostgresAwayFilter extends ProblemFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    super.catch(faultOf(error) === 'unavailable' ? away(error) : error, host);
  }
}

const away = (cause: unknown): HttpProblem =>
  new HttpProblem(503, 'Postgres does not answer; try again.', { headers: retryAfter(RETRY_MS), cause });
