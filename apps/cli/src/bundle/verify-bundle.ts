import { access, readFile } from 'node:fs/promises';
import { CAUSES, Rejected, badAsJson, goodAsJson, readKeys, sayBad, sayGood, verifyBundle } from '@tickmark/ledger/verifier';
import { EXIT, WrongUse, type ExitCode, type Io } from '../io.js';
import { ProgressBar } from '../progress-bar.js';

export interface VerifyRequest {
  readonly bundle: string;
  readonly key: string;
  readonly checkpoint?: string;
  readonly json?: true;
}

/** The verifier is the very file that a bundle carries; here is only its command line. */
export async function checkBundle({ bundle, key, checkpoint: file, json }: VerifyRequest, io: Io): Promise<ExitCode> {
  const keys = readKeys(await textOf(key));
  if (keys === undefined) throw new WrongUse(`${key} holds no public key of the form <name>+<id>+<base64>; GET /v1/ledger/keys shows it, compare it with what you got another way`);
  const checkpoint = file === undefined ? undefined : await textOf(file);
  if (!(await access(bundle).then(() => true, () => false))) throw new WrongUse(`${bundle} cannot be read`);
  const bar = new ProgressBar(io.err, 100, 'verifying {bar} {percentage}%');
  try {
    const found = await verifyBundle(bundle, { keys, checkpoint, onProgress: (share) => bar.reach(Math.floor(share * 100), '') }).finally(() => bar.end());
    io.out.write(`${json === true ? goodAsJson(found) : sayGood(found)}\n`);
    return EXIT.good;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    io.out.write(`${json === true ? badAsJson(error) : sayBad(error)}\n`);
    return CAUSES[error.cause] ?? EXIT.no;
  }
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new WrongUse(`${file} cannot be read`);
  });
}
