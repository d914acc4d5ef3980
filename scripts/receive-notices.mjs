// A receiver of notices to try things with: verifies each one as Standard Webhooks says and prints it on one line.
// node scripts/receive-notices.mjs   (PORT and TICKMARK_WEBHOOK_SECRET as the notifier knows them)
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 3100);
const secret = process.env.TICKMARK_WEBHOOK_SECRET ?? '';
const BODY_BYTES_MAX = 1_048_576;
const AGE_S_MAX = 300;

if (!/^whsec_.{24,}$/.test(secret)) {
  process.stderr.write('Set TICKMARK_WEBHOOK_SECRET to the secret that the notifier has: whsec_ and at least 24 characters of base64.\n');
  process.exit(2);
}

const seen = new Set();

function isGenuine(headers, body) {
  const { 'webhook-id': id = '', 'webhook-timestamp': sentAt = '', 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Date.now() / 1_000 - Number(sentAt)) <= AGE_S_MAX)) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${sentAt}.${body}`).digest();
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** A key may hold what moves the cursor; here it is written out. */
const printable = (text) =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

function lineOf({ kind, severity, title, deviations, gap }) {
  const about = deviations.map(({ key, occurredAt }) => `${key} since ${occurredAt}`);
  if (gap !== undefined) about.push(`${gap.cause}${gap.feed === undefined ? '' : ` of ${gap.feed}`} since ${gap.from}`);
  return printable(`${kind} [${severity}] ${title}: ${about.join('; ')}`);
}

/** The same id may come again: it is the same notice. */
function take(headers, body) {
  if (!isGenuine(headers, body)) return 400;
  const notice = JSON.parse(body);
  if (!seen.has(notice.id)) process.stdout.write(`${lineOf(notice)}\n`);
  seen.add(notice.id);
  return 204;
}

const server = createServer((request, response) => {
  const chunks = [];
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => response.writeHead(take(request.headers, Buffer.concat(chunks).toString('utf8'))).end());
});

server.on('error', (error) => {
  const said = error.code === 'EADDRINUSE' ? `port ${port} is taken; choose another with PORT, and the same in TICKMARK_WEBHOOK_URL` : error.message;
  process.stderr.write(`${said}\n`);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => process.stderr.write(`Waiting for notices at http://127.0.0.1:${port}\n`));
