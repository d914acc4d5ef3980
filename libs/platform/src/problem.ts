/** RFC 9457. `errors` names each fault of the input by its place. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
}

export interface ProblemError {
  readonly index?: number;
  readonly pointer: string;
  readonly message: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Conflict',
  413: 'Too large',
  415: 'Media type not supported',
  422: 'Nothing could be accepted',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
};

interface ProblemOptions {
  readonly title?: string;
  readonly errors?: readonly ProblemError[];
  /** Header fields of the answer, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Other members of the body. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Thrown at the rim (controllers, hooks) to answer with a problem; use cases return values instead. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly options: ProblemOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'HttpProblem';
  }

  body(): Problem {
    const { title, errors, extra } = this.options;
    return {
      type: 'about:blank',
      title: title ?? TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.detail,
      ...(errors === undefined ? {} : { errors }),
      ...extra,
    };
  }
}

/** Seconds for Retry-After, at least one. */
export const retryAfter = (ms: number): Record<string, string> => ({ 'Retry-After': String(Math.max(1, Math.ceil(ms / 1_000))) });
