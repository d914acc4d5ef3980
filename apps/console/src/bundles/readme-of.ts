import type { BundlePlan } from './plan-bundle.js';

/** What a bundle is, for whoever opens it. Nothing in it depends on when it was made. */
export const readmeOf = ({ header, period, checkpoint, cutOff }: BundlePlan): string => `Evidence bundle of ${header.entity}: ${header.engagement.name}, revision ${header.revision}
${period.from} to ${period.to}, as known at leaf ${cutOff.leafIndex} (${cutOff.clock})
${header.demo === true ? 'DEMO: received on a simulated clock; nothing of it happened.\n' : ''}
Verify it before you rely on it, with a verifier and a key that did not come with it:

  npx tickmark bundle verify BUNDLE.zip --key KEYFILE
  node verify.mjs BUNDLE.zip --key KEYFILE

KEYFILE holds the public key of the log ${checkpoint.origin}, as you received it from the company another way. The
verifier never takes a key from the bundle. The copy of it in here (verify.mjs, one file, no dependencies) is there to
be read. Exit code 0: all holds. Any other: it says what does not.

A good answer proves that events, deliveries and records are what the ledger vouches for since they were received, that
none was left out between the begin of the period and the checkpoint, and that the summary is the one that was frozen.
It does not prove that the sources told the truth or told everything. What controls are worth is for the auditor to
conclude.

summary.json      the frozen summary
evidence.ndjson   every event of the period, its exact normal form, its place in the ledger
earlier.ndjson    evidence that the summary names and that is older
deliveries/       the bytes as received; deliveries.ndjson says which is which
records.ndjson    deviations, gaps, notices, rules and engagements as the ledger holds them
leaves.txt        the leaves of the ledger; with frontier.json they give the root that the checkpoint signs
checkpoints/      signed checkpoints (c2sp.org/tlog-checkpoint)
manifest.json     every file with its SHA-256
`;
