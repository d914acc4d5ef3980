const NAME = 'tickmark_session';

/** Undefined: there is no such cookie. */
export function sessionTokenOf(cookies: string | undefined): string | undefined {
  const found = cookies?.split(';').map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${NAME}=`));
  return found?.slice(NAME.length + 1);
}

interface CookieOptions {
  readonly maxAgeSeconds: number;
  /** Sent over TLS only: in production. */
  readonly secure: boolean;
}

export const sessionCookie = (token: string, { maxAgeSeconds, secure }: CookieOptions): string =>
  `${NAME}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
