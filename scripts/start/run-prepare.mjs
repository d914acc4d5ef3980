import { Fault } from '../setup/fault.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';

/** Database and topics, by the same script that the images run. */
export async function prepare(env, { isEmpty }) {
  const args = ['--disable-warning=TimeoutNegativeWarning', inRoot('scripts', 'prepare.mjs'), ...(isEmpty ? ['--empty'] : [])];
  const { code, output } = await runCommand(process.execPath, args, { env });
  if (code !== 0) throw new Fault(`the database or the topics could not be prepared:\n${output}`);
}
