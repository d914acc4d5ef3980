import { z } from 'zod';

/** The fields of GitHub's webhook bodies that are mapped; everything else stays with the raw bytes. */
const login = z.object({ login: z.string().min(1) });
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const pullNumber = z.int().positive();

export const repository = z.object({
  repository: z.object({ full_name: z.string().min(1), html_url: z.string().min(1) }),
});

export const pullRequest = repository.extend({
  action: z.string(),
  pull_request: z.object({
    number: pullNumber,
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    merged_by: login.nullish(),
    user: login.nullish(),
    head: z.object({ sha }),
    base: z.object({ ref: z.string().min(1) }),
  }),
});

export const pullRequestReview = repository.extend({
  action: z.string(),
  review: z.object({ user: login.nullish(), state: z.string(), commit_id: sha.nullish(), submitted_at: z.string().nullish() }),
  pull_request: z.object({ number: pullNumber, head: z.object({ sha }) }),
});

export const push = z.object({
  ref: z.string().min(1),
  before: sha,
  after: sha,
  forced: z.boolean(),
  pusher: z.object({ name: z.string().min(1) }),
  repository: repository.shape.repository.extend({ pushed_at: z.union([z.number(), z.string()]).nullish() }),
});

export const branchProtectionRule = repository.extend({
  action: z.string(),
  rule: z.object({
    name: z.string().min(1),
    updated_at: z.string().nullish(),
    pull_request_reviews_enforcement_level: z.string(),
    required_approving_review_count: z.int().nonnegative().nullish(),
    admin_enforced: z.boolean(),
  }),
});

export const member = repository.extend({ action: z.string(), member: login, sender: login });

export const organization = z.object({
  action: z.string(),
  membership: z.object({ user: login.nullish() }).nullish(),
  organization: login.extend({ url: z.string().min(1) }),
  sender: login,
});

const team = z.object({ slug: z.string().min(1) });

export const membership = organization.omit({ membership: true }).extend({ member: login.nullish(), team });

export const teamAccess = organization.omit({ membership: true }).extend({
  team,
  repository: repository.shape.repository.nullish(),
  changes: z.object({ repository: z.unknown().optional() }).nullish(),
});

export const workflowRun = repository.extend({
  action: z.string(),
  workflow_run: z.object({ head_sha: sha, conclusion: z.string().nullish(), updated_at: z.string().nullish() }),
});
