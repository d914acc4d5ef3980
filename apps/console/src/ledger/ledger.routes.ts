import { z } from 'zod';
import { count, instantText, instantTextOrNull } from '../answers/common.js';
import { pageOf, text } from '../http/query.js';
import { route } from '../http/route.js';

const uuid = z.strictObject({ id: z.uuid() });
const base64 = z.string().meta({ description: 'base64' });
const hash = z.string().meta({ description: 'base64 of a SHA-256' });

const size = text()
  .regex(/^[1-9]\d{0,15}$/, { error: 'must be a whole number of leaves, from 1 on' })
  .transform(Number)
  .refine((value) => Number.isSafeInteger(value), { error: 'is beyond what can be counted' });

const checkpoint = z
  .strictObject({
    origin: z.string(),
    epoch: count,
    size: count.meta({ description: 'leaves' }),
    root: hash,
    signedAt: instantText,
    note: z.string().meta({ description: 'the signed checkpoint, exact text (c2sp.org/tlog-checkpoint)' }),
  })
  .meta({ id: 'Checkpoint' });

const proof = z
  .strictObject({
    evidenceId: z.string(),
    index: count,
    leaf: base64,
    leafHash: hash,
    salts: z
      .strictObject({ normal: base64, raw: base64.nullable() })
      .meta({ description: 'The leaf holds SHA-256(raw salt, bytes of the delivery) and SHA-256(normal salt, normal form). null: the bytes are kept no longer.' }),
    normal: z.string().meta({ description: 'the normal form, exact text as hashed' }),
    path: z.array(hash).meta({ description: 'inclusion proof (RFC 6962), from the sibling of the leaf up' }),
    checkpoint,
  })
  .meta({ id: 'EvidenceProof' });

const treeHead = z.strictObject({ size: count, root: hash, checkpoint: checkpoint.nullable() });

export const proveEvidence = route({
  method: 'GET',
  path: '/v1/evidence/{id}/proof',
  summary: 'That evidence stands in the ledger: its inclusion in a checkpoint, the latest unless a size is given; 409 while it is not sealed',
  params: uuid,
  query: z.strictObject({ size: size.optional() }),
  answer: proof,
  textAnswer: 'the same as a file (c2sp.org/tlog-proof), with the leaf as its extra data',
});

export const showCheckpoint = route({
  method: 'GET',
  path: '/v1/ledger/checkpoint',
  summary: 'A signed checkpoint of the ledger, the latest unless a size is given',
  query: z.strictObject({ size: size.optional() }),
  answer: checkpoint,
  textAnswer: 'the signed note itself',
});

export const proveConsistency = route({
  method: 'GET',
  path: '/v1/ledger/consistency',
  summary: 'That the ledger at one size begins with all leaves that it had at a smaller one; to: the latest checkpoint unless given',
  query: z.strictObject({ from: size, to: size.optional() }),
  answer: z
    .strictObject({
      from: treeHead,
      to: treeHead,
      path: z.array(hash).meta({ description: 'consistency proof (RFC 6962)' }),
    })
    .meta({ id: 'ConsistencyProof' }),
});

export const listLedgerKeys = route({
  method: 'GET',
  path: '/v1/ledger/keys',
  summary: 'Public keys that checkpoints were signed with, in the form in which they are pinned. Compare them with what you got another way',
  answer: pageOf(
    z
      .strictObject({
        key: z.string().meta({ description: '<name>+<id>+<base64>' }),
        name: z.string(),
        id: z.string(),
        algorithm: z.literal('Ed25519'),
        validFrom: instantText,
        validUntil: instantTextOrNull,
      })
      .meta({ id: 'LedgerKey' }),
  ),
});
