import { once } from 'node:events';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { instantToColumn } from '../column-types.js';
import type { EvidenceRow } from './ledger-rows.js';

const EVIDENCE = `COPY evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject,
  time, time_assumed, too_old, normal, salt, traceparent) FROM STDIN`;
const IDENTITY = 'COPY event_identity (feed_id, source_id, event_id, content_hash, evidence_id, leaf_index) FROM STDIN';
const LEAF = 'COPY ledger_leaf (leaf_index, received_at, kind, bytes) FROM STDIN';

/** Evidence, identities and leaves by COPY: for groups of a hundred and more. */
export async function copyEvidence(client: PoolClient, rows: readonly EvidenceRow[], clockMs: number): Promise<void> {
  const at = instantToColumn(clockMs);
  await copy(client, EVIDENCE, lines(rows, (row) => evidenceLine(row, at)));
  await copy(client, IDENTITY, lines(rows, identityLine));
  await copy(client, LEAF, lines(rows, (row) => `${row.leafIndex}\t${at}\t1\t${hex(row.leaf)}\n`));
}

function evidenceLine(row: EvidenceRow, at: string): string {
  const subject = row.subject === null ? '\\N' : text(row.subject);
  const flags = `${row.timeAssumed ? 't' : 'f'}\t${row.tooOld ? 't' : 'f'}`;
  const who = `${row.feedId}\t${row.sourceId}\t${text(row.eventId)}\t${text(row.type)}\t${subject}`;
  const what = `${instantToColumn(row.timeMs)}\t${flags}\t${text(row.normal)}\t${hex(row.salt)}\t${row.traceparent}`;
  return `${row.leafIndex}\t${at}\t${row.id}\t${row.deliveryId}\t${row.ordinal}\t${who}\t${what}\n`;
}

const identityLine = (row: EvidenceRow): string =>
  `${row.feedId}\t${row.sourceId}\t${text(row.eventId)}\t${hex(row.contentHash)}\t${row.id}\t${row.leafIndex}\n`;

function lines(rows: readonly EvidenceRow[], line: (row: EvidenceRow) => string): string {
  let all = '';
  for (const row of rows) all += line(row);
  return all;
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Text format of COPY. */
const text = (value: string): string => value.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
const hex = (bytes: Buffer): string => `\\\\x${bytes.toString('hex')}`;

async function copy(client: PoolClient, statement: string, content: string): Promise<void> {
  const stream = client.query(copyFrom(statement));
  const finished = once(stream, 'finish');
  stream.end(content);
  await finished;
}
