import { AttemptLimit } from '@tickmark/access';
import type { Principal } from '@tickmark/access';
import { putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import type { FastifyRequest } from 'fastify';

/** Operations that carry records out of the house. */
const EXPORTS = new Set([
  'GET /v1/evidence/{id}/raw',
  'GET /v1/engagements/{id}/summary.json',
  'GET /v1/engagements/{id}/summary.csv',
  'GET /v1/bundles/{id}/download',
]);
const REFUSALS_A_MINUTE = 60;
const MINUTE_MS = 60_000;
const LONGEST_URL = 500;

interface Refusal {
  readonly operation: string;
  readonly status: 401 | 403;
  readonly actor: string;
}

/** What must be on record: refusals, reads of auditors, exports. The last two are leaves of the ledger as well. */
export class AccessLog {
  private readonly refusals: AttemptLimit;

  constructor(
    private readonly database: Database,
    clock: Clock,
  ) {
    this.refusals = new AttemptLimit({ clock, most: REFUSALS_A_MINUTE, windowMs: MINUTE_MS });
  }

  /** A flood from one address fills no table: its first refusals of a minute tell who it was. */
  async refused(request: FastifyRequest, { operation, status, actor }: Refusal): Promise<void> {
    if (this.refusals.attempt(request.ip) !== undefined) return;
    await recordAudit(this.database, { actor, action: 'refused', detail: { operation, status, ...placeOf(request) } });
  }

  /** Before the answer: what could not be put on record is not shown. */
  async allowed(request: FastifyRequest, operation: string, { actor, role }: Principal): Promise<void> {
    const isExport = EXPORTS.has(operation);
    if (!isExport && role !== 'auditor') return;
    const entry = { actor, action: isExport ? 'export' : 'auditor.read', detail: { operation, ...placeOf(request) } };
    await this.database.transaction(async (transaction) => {
      await recordAudit(transaction, entry);
      await putIntoLedger(transaction, 'export', { action: entry.action, actor, ...entry.detail });
    });
  }
}

const placeOf = ({ url, ip }: FastifyRequest) => ({ url: url.slice(0, LONGEST_URL), address: ip });
