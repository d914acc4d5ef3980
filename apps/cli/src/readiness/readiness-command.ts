import { COMPARISON, decide, sharedControls, wholeScope } from '@tickmark/readiness';
import type { Answers, Decision } from '@tickmark/readiness';
import { Command } from 'commander';
import { readControls } from '../controls/read-controls.js';
import { EXIT, type ExitCode, type Io } from '../io.js';
import { askQuestions } from './ask-questions.js';
import { printComparison } from './print-comparison.js';
import { printDecision, repeatLine } from './print-decision.js';
import { readAnswers } from './read-answers.js';
import { showGaps, type GapsOptions } from './show-gaps.js';
import { showPlan, type PlanOptions } from './show-plan.js';

interface DecideOptions {
  readonly answers?: string;
  readonly json?: true;
}

const ANSWERS = 'a file, or JSON such as \'{"Q1": true, "Q2": false}\'; a missing answer is no';

export function readinessCommand(io: Io, done: (code: ExitCode) => void): Command {
  const readiness = new Command('readiness')
    .description('Which SOC report you need, what is missing for it and in what order. Without a command it asks, question by question.')
    .enablePositionalOptions()
    .option('--answers <answers>', ANSWERS)
    .option('--json', 'print JSON')
    .action(async (options: DecideOptions) => done(await decideReport(options, io)));
  readiness
    .command('decide')
    .description('Decide by answers that are given, or ask. No server is needed.')
    .option('--answers <answers>', ANSWERS)
    .option('--json', 'print JSON')
    .action(async (options: DecideOptions) => done(await decideReport(options, io)));
  readiness
    .command('compare')
    .description('SOC 1 and SOC 2 side by side, and what one set of controls saves. No server is needed.')
    .option('--json', 'print JSON')
    .action(async (options: { readonly json?: true }) => done(await compare(options, io)));
  asksConsole(readiness.command('gaps'))
    .description('What is missing, by criterion, objective and control. Ends with 1 while anything is.')
    .option('--all', 'also what has its evidence flowing')
    .action(async (options: GapsOptions & DecideOptions) => done(await withDecision(options, io, (decision) => showGaps(options, decision, io))));
  asksConsole(readiness.command('plan'))
    .description('The eight steps to the report with their days, what remains in each, and the earliest honest window.')
    .option('--type <type>', 'I, II, or I-then-II')
    .option('--start <date>', 'the first day; without it today')
    .option('--samples <samples>', "the auditor's samples instead of the customary ones: quarterly:3,daily:25-40")
    .action(async (options: PlanOptions & DecideOptions) => done(await withDecision(options, io, (decision) => showPlan(options, decision, io))));
  return readiness;
}

const asksConsole = (command: Command): Command =>
  command
    .option('--answers <answers>', `take reports, categories and type from the decision: ${ANSWERS}`)
    .option('--reports <reports>', 'soc1, soc2, or soc1,soc2; without it both')
    .option('--categories <categories>', 'of SOC 2: availability, processing-integrity, confidentiality, privacy; security comes with it')
    .option('--objectives <objectives>', 'of SOC 1, by id; without it all of the catalogue')
    .option('--engagement <id>', 'what an engagement is measured against')
    .option('--url <url>', 'where the console listens; else TICKMARK_CONSOLE_URL, else this machine')
    .option('--key <key>', 'API key of an admin or auditor; else TICKMARK_API_KEY, else .tickmark/credentials.json')
    .option('--json', 'print JSON');

async function decideReport({ answers, json }: DecideOptions, io: Io): Promise<ExitCode> {
  const given: Answers | undefined = answers === undefined ? await askQuestions(io) : await readAnswers(answers);
  if (given === undefined) return EXIT.no;
  if (answers === undefined) io.err.write('\n');
  const decision = decide(given);
  if (json === true) io.out.write(`${JSON.stringify(decision, undefined, 2)}\n`);
  else printDecision(decision, io);
  if (answers === undefined) io.err.write(`\nThe same again: ${repeatLine(given)}\n`);
  return EXIT.good;
}

async function compare({ json }: { readonly json?: true }, io: Io): Promise<ExitCode> {
  const { catalogue } = await readControls(undefined);
  if (catalogue === undefined) throw new Error('the shipped catalogue does not load');
  const shared = sharedControls(wholeScope(catalogue));
  if (json === true) io.out.write(`${JSON.stringify({ ...COMPARISON, sharedControls: shared }, undefined, 2)}\n`);
  else printComparison(COMPARISON, shared, io);
  return EXIT.good;
}

/** Where the answers need no report there is nothing to ask the console about. */
async function withDecision({ answers }: DecideOptions, io: Io, ask: (decision: Decision | undefined) => Promise<ExitCode>): Promise<ExitCode> {
  if (answers === undefined) return ask(undefined);
  const decision = decide(await readAnswers(answers));
  if (decision.reports.length > 0) return ask(decision);
  io.out.write(`${decision.outcome}\n`);
  return EXIT.good;
}
