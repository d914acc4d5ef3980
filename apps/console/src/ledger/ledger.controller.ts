import { Controller, Headers, Inject, Res } from '@nestjs/common';
import { writeProofFile } from '@tickmark/ledger';
import type { FastifyReply } from 'fastify';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import * as routes from './ledger.routes.js';
import { ProveEvidence, showProofOf } from './prove-evidence.js';
import { ReadLedger } from './read-ledger.js';

const TEXT = 'text/plain; charset=utf-8';

/** JSON unless text is asked for, and only text. */
const wantsText = (accept: string | undefined): boolean => /^\s*text\/plain\b/.test(accept ?? '');

@Controller()
export class LedgerController {
  constructor(
    @Inject(ProveEvidence) private readonly proofs: ProveEvidence,
    @Inject(ReadLedger) private readonly ledger: ReadLedger,
  ) {}

  @Endpoint(routes.proveEvidence)
  async prove(@Checked() { params, query }: Input<typeof routes.proveEvidence>, @Headers('accept') accept: string | undefined, @Res() reply: FastifyReply) {
    const proof = await this.proofs.execute(params.id, query.size);
    const { evidence, leaf, path, checkpoint } = proof;
    if (!wantsText(accept)) return reply.send(showProofOf(proof));
    return reply.header('Content-Type', TEXT).send(writeProofFile({ index: evidence.leafIndex, leaf, path, note: checkpoint.note }));
  }

  @Endpoint(routes.showCheckpoint)
  async checkpoint(@Checked() { query }: Input<typeof routes.showCheckpoint>, @Headers('accept') accept: string | undefined, @Res() reply: FastifyReply) {
    const checkpoint = await this.ledger.checkpoint(query.size);
    return wantsText(accept) ? reply.header('Content-Type', TEXT).send(checkpoint.note) : reply.send(checkpoint);
  }

  @Endpoint(routes.proveConsistency)
  consistency(@Checked() { query }: Input<typeof routes.proveConsistency>) {
    return this.ledger.consistency(query.from, query.to);
  }

  @Endpoint(routes.listLedgerKeys)
  keys(@Checked() _: Input<typeof routes.listLedgerKeys>) {
    return this.ledger.keys();
  }
}
