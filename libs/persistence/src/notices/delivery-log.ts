import type { NoticeKind } from '@tickmark/alerting';
import type { Queryable } from '../database.js';

/** Why did I (not) get this? One line for each notice of a deviation, with its attempts. */
export interface DeliveryLogEntry {
  readonly noticeId: string;
  readonly kind: NoticeKind;
  readonly receiver: string;
  readonly channel: string;
  readonly status: 'waiting' | 'sent' | 'failed' | 'exhausted' | 'suppressed';
  readonly createdAtMs: number;
  readonly sentAtMs?: number;
  readonly nextAttemptAtMs?: number;
  readonly attempts: readonly { readonly attempt: number; readonly at: string; readonly outcome: string; readonly detail?: string }[];
}

interface Row {
  id: string;
  kind: NoticeKind;
  receiver: string;
  channel: string;
  status: DeliveryLogEntry['status'];
  created_at: number;
  sent_at: number | null;
  next_attempt_at: number;
  log: { attempt: number; at: string; outcome: string; detail: string | null }[];
}

const MOST = 200;

export async function deliveryLogOf(database: Queryable, deviationId: string): Promise<readonly DeliveryLogEntry[]> {
  const { rows } = await database.query<Row>(
    `SELECT n.id, n.kind, n.receiver, n.channel, n.status, n.created_at, n.sent_at, n.next_attempt_at,
       (SELECT coalesce(json_agg(json_build_object('attempt', a.attempt, 'outcome', a.outcome, 'detail', a.detail,
          'at', to_char(a.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY a.attempt), '[]')
        FROM notice_attempt a WHERE a.notice_id = n.id) AS log
     FROM notice n WHERE n.deviation_ids @> ARRAY[$1::text] ORDER BY n.created_at LIMIT ${MOST}`,
    [deviationId],
  );
  return rows.map((row) => ({
    noticeId: row.id,
    kind: row.kind,
    receiver: row.receiver,
    channel: row.channel,
    status: row.status,
    createdAtMs: row.created_at,
    ...(row.sent_at === null ? {} : { sentAtMs: row.sent_at }),
    ...(row.status === 'waiting' || row.status === 'failed' ? { nextAttemptAtMs: row.next_attempt_at } : {}),
    attempts: row.log.map(({ detail, ...attempt }) => ({ ...attempt, ...(detail === null ? {} : { detail }) })),
  }));
}
