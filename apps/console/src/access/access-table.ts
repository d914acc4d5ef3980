import type { Role } from '@tickmark/access';

type Access = 'anyone' | readonly Role[];

const READERS: Access = ['admin', 'security', 'approver', 'viewer', 'auditor', 'dashboard'];
/** What names persons or was received as it is. */
const EVIDENCE_READERS: Access = ['admin', 'security', 'approver', 'viewer', 'auditor'];
const REPORT_READERS: Access = ['admin', 'security', 'approver', 'viewer', 'auditor'];
const OPERATORS: Access = ['admin', 'security'];
const ADMIN: Access = ['admin'];

/** Who may do what. A route without a row is refused to everybody, and a spec is red. */
export const ACCESS: Readonly<Record<string, Access>> = {
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  'GET /metrics': 'anyone',
  'GET /openapi.json': 'anyone',
  'POST /v1/sessions': 'anyone',
  'DELETE /v1/sessions': 'anyone',
  'GET /v1/criteria': READERS,
  'GET /v1/objectives': READERS,
  'GET /v1/controls': READERS,
  'GET /v1/controls/{id}': READERS,
  'GET /v1/controls/{id}/states': READERS,
  'GET /v1/controls/{id}/timeline': READERS,
  'GET /v1/controls/{id}/observations': READERS,
  'GET /v1/deviations': READERS,
  'GET /v1/deviations/{id}': READERS,
  'GET /v1/gaps': READERS,
  'GET /v1/gaps/{id}': READERS,
  'POST /v1/gaps/{id}/resolve': OPERATORS,
  'GET /v1/evidence/{id}': EVIDENCE_READERS,
  'GET /v1/evidence/{id}/raw': EVIDENCE_READERS,
  'GET /v1/evidence/{id}/proof': EVIDENCE_READERS,
  'GET /v1/ledger/checkpoint': READERS,
  'GET /v1/ledger/consistency': READERS,
  'GET /v1/ledger/keys': READERS,
  'GET /v1/deliveries/{id}': ['admin', 'security', 'approver', 'viewer', 'auditor', 'integration'],
  'GET /v1/feeds': READERS,
  'POST /v1/feeds': ADMIN,
  'GET /v1/feeds/{id}': READERS,
  'GET /v1/attestations': EVIDENCE_READERS,
  'POST /v1/attestations': ['admin', 'security', 'approver', 'viewer'],
  'GET /v1/attestations/{id}': EVIDENCE_READERS,
  'GET /v1/people': ['admin', 'auditor'],
  'POST /v1/people': ADMIN,
  'POST /v1/people/{id}/roles': ADMIN,
  'DELETE /v1/people/{id}': ADMIN,
  'GET /v1/dead-letters': ['admin', 'security', 'auditor'],
  'POST /v1/dead-letters/{id}/replay': OPERATORS,
  'GET /v1/engagements': REPORT_READERS,
  'POST /v1/engagements': ['admin', 'approver'],
  'GET /v1/engagements/{id}': REPORT_READERS,
  'POST /v1/engagements/{id}/revisions': ['admin', 'approver'],
  'GET /v1/engagements/{id}/revisions': REPORT_READERS,
  'GET /v1/engagements/{id}/revisions/difference': REPORT_READERS,
  'GET /v1/engagements/{id}/summary.json': REPORT_READERS,
  'GET /v1/engagements/{id}/summary.csv': REPORT_READERS,
  'POST /v1/engagements/{id}/bundles': ['admin', 'approver', 'auditor'],
  'GET /v1/engagements/{id}/bundles': REPORT_READERS,
  'GET /v1/bundles/{id}': REPORT_READERS,
  'GET /v1/bundles/{id}/download': EVIDENCE_READERS,
  'GET /v1/shadows': ['admin', 'security', 'approver', 'viewer', 'auditor'],
  'POST /v1/shadows': OPERATORS,
  'GET /v1/shadows/{id}': ['admin', 'security', 'approver', 'viewer', 'auditor'],
  'DELETE /v1/shadows/{id}': OPERATORS,
  'GET /v1/metrics/overview': READERS,
  'GET /v1/readiness/questions': READERS,
  'POST /v1/readiness/decision': READERS,
  'GET /v1/readiness/gaps': REPORT_READERS,
  'GET /v1/readiness/plan': REPORT_READERS,
  'GET /v1/observations/{id}/explanation': EVIDENCE_READERS,
  'POST /v1/backtests': ['admin', 'security', 'approver'],
  'GET /v1/backtests/{id}': REPORT_READERS,
  'GET /v1/backtests/{id}/differences': REPORT_READERS,
};

export type Verdict = 'open' | 'allowed' | 'forbidden';

/** `role` undefined: nobody is signed in. */
export function verdictOn(operation: string, role: Role | undefined): Verdict {
  const access = ACCESS[operation];
  if (access === 'anyone') return 'open';
  return role !== undefined && access?.includes(role) === true ? 'allowed' : 'forbidden';
}
