const MAX_TOKEN = 100;

/** RFC 6901; a token of a hostile body is cut so that a fault never echoes megabytes. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((token) => `/${escapeToken(String(token))}`).join('');
}

function escapeToken(token: string): string {
  const shown = token.length > MAX_TOKEN ? `${token.slice(0, MAX_TOKEN)}…` : token;
  return shown.replaceAll('~', '~0').replaceAll('/', '~1');
}
