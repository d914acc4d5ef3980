import type { z } from 'zod';
import { fromEpoch, parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { codeScanningAlert, dependabotAlert, secretScanningAlert } from './alerts.js';
import { type Delivery, type EventMapper, mapped, timeOf } from './delivery.js';
import { branchProtectionRule, member, membership, organization, pullRequest, pullRequestReview, push, teamAccess, workflowRun } from './payloads.js';

/** By X-GitHub-Event. */
export const MAPPERS: ReadonlyMap<string, EventMapper> = new Map<string, EventMapper>([
  ['pull_request', mapped(pullRequest, changeMerged)],
  ['pull_request_review', mapped(pullRequestReview, changeReviewed)],
  ['push', mapped(push, pushed)],
  ['branch_protection_rule', mapped(branchProtectionRule, branchProtection)],
  ['member', mapped(member, accessChanged)],
  ['organization', mapped(organization, membershipChanged)],
  ['membership', mapped(membership, teamMembership)],
  ['team', mapped(teamAccess, teamChanged)],
  ['workflow_run', mapped(workflowRun, workflowRan)],
  ['dependabot_alert', dependabotAlert],
  ['code_scanning_alert', codeScanningAlert],
  ['secret_scanning_alert', secretScanningAlert],
]);

/** GitHub's own name for the author of what a deleted account has left behind. */
const GHOST = 'ghost';

function changeMerged(body: z.infer<typeof pullRequest>, { id }: Delivery): ItemResult {
  const { repository, pull_request: pull } = body;
  if (body.action !== 'closed') return ignored(`pull_request ${body.action}: only a merge is evidence`);
  if (pull.merged !== true) return ignored('pull_request closed without a merge');
  if (parseRfc3339(pull.merged_at ?? '') === undefined) return rejected('/pull_request/merged_at', 'is no instant, yet merged is true');
  const change = `${repository.full_name}#${pull.number}`;
  return event({
    id,
    source: repository.html_url,
    type: 'vcs.change-merged',
    subject: change,
    ...timeOf(pull.merged_at),
    data: {
      change,
      repository: repository.full_name,
      branch: pull.base.ref,
      author: pull.user?.login ?? GHOST,
      mergedBy: pull.merged_by?.login ?? GHOST,
      head: pull.head.sha,
    },
  });
}

const REVIEW_STATES: ReadonlyMap<string, string> = new Map([
  ['approved', 'approved'],
  ['changes_requested', 'changes-requested'],
  ['commented', 'commented'],
  ['dismissed', 'dismissed'],
]);

function changeReviewed(body: z.infer<typeof pullRequestReview>, { id }: Delivery): ItemResult {
  const { repository, review, pull_request: pull } = body;
  const dismissed = body.action === 'dismissed';
  if (!dismissed && body.action !== 'submitted') return ignored(`pull_request_review ${body.action}: the verdict did not change`);
  const state = dismissed ? 'dismissed' : REVIEW_STATES.get(review.state.toLowerCase());
  if (state === undefined) return rejected('/review/state', 'is no review state that is known here');
  const change = `${repository.full_name}#${pull.number}`;
  return event({
    id,
    source: repository.html_url,
    type: 'vcs.change-reviewed',
    subject: change,
    // A dismissal carries the time of the review that it takes back, which would undo the approval of the past.
    ...(dismissed ? {} : timeOf(review.submitted_at)),
    data: {
      change,
      repository: repository.full_name,
      reviewer: review.user?.login ?? GHOST,
      state,
      commit: review.commit_id ?? pull.head.sha,
    },
  });
}

function pushed(body: z.infer<typeof push>, { id }: Delivery): ItemResult {
  const branch = /^refs\/heads\/(.+)$/.exec(body.ref)?.[1];
  if (branch === undefined) return ignored('push to a tag, not to a branch');
  const { repository } = body;
  return event({
    id,
    source: repository.html_url,
    type: 'vcs.pushed',
    subject: `${repository.full_name}/${branch}`,
    ...pushTime(repository.pushed_at),
    data: {
      repository: repository.full_name,
      branch,
      before: body.before,
      after: body.after,
      pusher: body.pusher.name,
      forced: body.forced,
    },
  });
}

/** GitHub's own clock. The time of the commit is set by who commits: a back-dated one would hide a push in the past. */
function pushTime(pushedAt: number | string | null | undefined): { readonly timeMs?: number } {
  if (typeof pushedAt !== 'number') return timeOf(pushedAt);
  const timeMs = fromEpoch(pushedAt);
  return timeMs === undefined ? {} : { timeMs };
}

function branchProtection(body: z.infer<typeof branchProtectionRule>, { id }: Delivery): ItemResult {
  const { repository, rule } = body;
  const enforced = body.action !== 'deleted';
  if (enforced && body.action !== 'created' && body.action !== 'edited') return ignored(`branch_protection_rule ${body.action}`);
  const reviewed = enforced && rule.pull_request_reviews_enforcement_level !== 'off';
  return event({
    id,
    source: repository.html_url,
    type: 'vcs.branch-protection',
    subject: `${repository.full_name}/${rule.name}`,
    // A deleted rule says when it was last changed, not when it was deleted.
    ...(enforced ? timeOf(rule.updated_at) : {}),
    data: {
      repository: repository.full_name,
      branch: rule.name,
      enforced,
      requiredApprovals: reviewed ? (rule.required_approving_review_count ?? 0) : 0,
      appliesToAdmins: enforced && rule.admin_enforced,
    },
  });
}

/** A collaborator of a repository; the body says no time. `edited` gives another permission, so it is a grant as well. */
function accessChanged(body: z.infer<typeof member>, { id, system }: Delivery): ItemResult {
  const { repository, sender } = body;
  const account = body.member.login;
  const common = { account, system, role: repository.full_name };
  const base = { id, source: repository.html_url, subject: account };
  if (body.action === 'removed') {
    return event({ ...base, type: 'identity.access-revoked', data: { ...common, revokedBy: sender.login } });
  }
  if (body.action !== 'added' && body.action !== 'edited') return ignored(`member ${body.action}`);
  return event({ ...base, type: 'identity.access-granted', data: { ...common, grantedBy: sender.login } });
}


/** Membership of the organization itself; an invitation is no access yet. */
function membershipChanged(body: z.infer<typeof organization>, { id, system }: Delivery): ItemResult {
  const { organization: owner, sender } = body;
  const account = body.membership?.user?.login;
  const isGrant = body.action === 'member_added';
  if (!isGrant && body.action !== 'member_removed') return ignored(`organization ${body.action.slice(0, 100)}`);
  if (account === undefined) return rejected('/membership/user', 'names nobody whose access changed');
  return inOrganization(owner.url, { id, account, system, role: owner.login, by: sender.login, isGrant });
}

/** Who is in a team has what the team has. */
function teamMembership(body: z.infer<typeof membership>, { id, system }: Delivery): ItemResult {
  const { organization: owner, sender, team } = body;
  const account = body.member?.login;
  if (body.action !== 'added' && body.action !== 'removed') return ignored(`membership ${body.action.slice(0, 100)}`);
  if (account === undefined) return rejected('/member', 'names nobody whose access changed');
  return inOrganization(owner.url, { id, account, system, role: `${owner.login}/${team.slug}`, by: sender.login, isGrant: body.action === 'added' });
}

/** What a team may do with a repository. A team that is deleted does not say what it could reach. */
function teamChanged(body: z.infer<typeof teamAccess>, { id, system }: Delivery): ItemResult {
  const { action, organization: owner, repository, sender, team } = body;
  const isGrant = action === 'added_to_repository' || (action === 'edited' && body.changes?.repository !== undefined);
  if (!isGrant && action !== 'removed_from_repository') return ignored(`team ${action.slice(0, 100)}: no access to a repository changed`);
  if (repository === undefined || repository === null) return rejected('/repository', 'is missing: it is not said what the team may reach');
  return inOrganization(owner.url, { id, account: `${owner.login}/${team.slug}`, system, role: repository.full_name, by: sender.login, isGrant });
}

interface Access {
  readonly id: string;
  readonly account: string;
  readonly system: string;
  readonly role: string;
  readonly by: string;
  readonly isGrant: boolean;
}

function inOrganization(source: string, { id, account, system, role, by, isGrant }: Access): ItemResult {
  const base = { id, source, subject: account };
  const common = { account, system, role: role.slice(0, 256) };
  if (isGrant) return event({ ...base, type: 'identity.access-granted', data: { ...common, grantedBy: by } });
  return event({ ...base, type: 'identity.access-revoked', data: { ...common, revokedBy: by } });
}

/** `skipped`, `neutral`, `stale` and `action_required` ran nothing to an end, so they say nothing about the commit. */
const CONCLUSIONS: ReadonlyMap<string, string> = new Map([
  ['success', 'success'],
  ['failure', 'failure'],
  ['timed_out', 'failure'],
  ['startup_failure', 'failure'],
  ['cancelled', 'cancelled'],
]);

function workflowRan(body: z.infer<typeof workflowRun>, { id }: Delivery): ItemResult {
  const { repository, workflow_run: run } = body;
  if (body.action !== 'completed') return ignored(`workflow_run ${body.action.slice(0, 100)}: not at its end`);
  const outcome = CONCLUSIONS.get(run.conclusion ?? '');
  if (outcome === undefined) return ignored(`workflow_run with conclusion ${(run.conclusion ?? 'null').slice(0, 100)}: says nothing about the commit`);
  return event({
    id,
    source: repository.html_url,
    type: 'ci.run',
    subject: run.head_sha,
    ...timeOf(run.updated_at),
    data: { commit: run.head_sha, repository: repository.full_name, outcome },
  });
}
