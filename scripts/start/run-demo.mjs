import { Fault } from '../setup/fault.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';

/** The demo story, where the database is empty; it shows how far it has come by itself. */
export async function loadDemo(env, { isEmpty }) {
  if (isEmpty) return;
  const args = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', inRoot('scripts', 'demo.mjs')];
  const { code } = await runCommand(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (code !== 0) throw new Fault('the demo story was not loaded; npm start -- --empty starts without it');
}
