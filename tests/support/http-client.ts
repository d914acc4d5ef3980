export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly index?: number; readonly pointer: string; readonly message: string }[];
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;

const isJson = (headers: Headers): boolean => /[/+]json\b/.test(headers.get('content-type') ?? '');

/** One request with a bearer key; whatever comes back is an answer, an unreachable app throws. */
export class HttpClient {
  readonly base: string;
  readonly key: string | undefined;

  constructor(base: string, key?: string) {
    this.base = base;
    this.key = key;
  }

  async send<T>(path: string, { method = 'GET', headers = {}, body, timeoutMs = TIMEOUT_MS }: Sent = {}): Promise<Answer<T>> {
    const authorization: Record<string, string> = this.key === undefined ? {} : { authorization: `Bearer ${this.key}` };
    const response = await fetch(new URL(path, this.base), {
      method,
      headers: { ...authorization, ...headers },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: (isJson(response.headers) ? JSON.parse(text) : undefined) as T };
  }

  /** The body of a 2xx answer; anything else throws with what was said. */
  async get<T>(path: string, query: Readonly<Record<string, string | number>> = {}): Promise<T> {
    const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString();
    const target = search === '' ? path : `${path}?${search}`;
    return bodyOf(await this.send<T>(target), `GET ${target}`);
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const answer = await this.send<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return bodyOf(answer, `POST ${path}`);
  }
}

function bodyOf<T>({ status, text, body }: Answer<T>, what: string): T {
  if (status >= 200 && status < 300) return body;
  throw new Error(`${what} answered ${status}: ${text}`);
}
