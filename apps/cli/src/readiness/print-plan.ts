import { shaded, type Io } from '../io.js';
import type { PlanAnswer } from './console-answers.js';
import { asText, hanging, item, widthOf } from './layout.js';
import { misconceptionLines } from './print-decision.js';
import { scopeText } from './print-gaps.js';

type Step = PlanAnswer['steps'][number];
type Window = NonNullable<PlanAnswer['window']>;
type Range = Step['begins'];

/** Of what waits in a step, so many are named; the rest are counted. */
const NAMED = 8;
const TITLE = 34;

export function printPlan(plan: PlanAnswer, io: Io): void {
  const width = widthOf(io.out);
  const { type, start, steps, report, endToEnd, window, sharedControls, misconceptions } = plan;
  const lines = [
    shaded(io, 'bold', `The way to a ${TYPES[type] ?? type} of ${scopeText(plan)}, from ${start}`),
    '',
    ...steps.flatMap((step) => [...stepLines(step, io), '']),
    ...hanging('', `The report can be there ${rangeText(report)}. ${endToEnd}`, width),
    ...(window === null ? [] : windowLines(window, io)),
    ...(sharedControls === null ? [] : ['', shaded(io, 'bold', 'One set of controls'), ...hanging('  ', sharedControls.text, width)]),
    ...misconceptionLines(misconceptions, io),
  ];
  io.out.write(asText(lines));
}

const TYPES: { readonly [type: string]: string | undefined } = { I: 'Type I', II: 'Type II', 'I-then-II': 'Type I, and then a Type II,' };

const rangeText = ({ earliest, latest }: Range): string => (earliest === latest ? `on ${earliest}` : `between ${earliest} and ${latest}`);

function stepLines({ step, title, what, typically, basis, begins, ends, gaps, notes }: Step, io: Io): readonly string[] {
  const width = widthOf(io.out);
  const when = ends === null ? 'from step 3 on, always' : `begins ${rangeText(begins)}, ends ${rangeText(ends)}`;
  return [
    `${step}  ${shaded(io, 'bold', title)}`,
    ...hanging('   ', when, width),
    ...hanging('   ', what, width),
    ...(ends === null ? [] : hanging('   ', `Typically ${typically} (${basis}).`, width)),
    ...notes.flatMap((note) => hanging('   ', note, width)),
    ...(gaps.length === 0 ? [] : hanging('   ', `To be settled: ${countsText(gaps)}.`, width)),
    ...gaps.slice(0, NAMED).flatMap(({ id, verdict, action }) => item(`${id} (${verdict}): ${action}`, width, 3)),
    ...(gaps.length > NAMED ? [`   - and ${gaps.length - NAMED} more; --json has all`] : []),
  ];
}

/** In the order of the gaps, which has the worst first. */
const countsText = (gaps: Step['gaps']): string =>
  [...Map.groupBy(gaps, ({ verdict }) => verdict)].map(([verdict, those]) => `${those.length} ${verdict}`).join(', ');

function windowLines(window: Window, io: Io): readonly string[] {
  const width = widthOf(io.out);
  const { from, reasons, heldBackBy, othersAllow, keyControls, keyControlsWithEvidence } = window;
  const named = heldBackBy.slice(0, NAMED);
  return [
    '',
    shaded(io, 'bold', `Earliest honest window: ${from === null ? 'no day can be named' : `from ${from}`}`),
    ...reasons.flatMap((reason) => hanging('  ', reason, width)),
    ...(heldBackBy.length === 0 ? [] : ['  Held back by']),
    ...named.flatMap(({ control, owner, reason }) => item(`${control} (${owner}): ${reason}`, width)),
    ...(heldBackBy.length > named.length ? [`  - and ${heldBackBy.length - named.length} more; --json has all`] : []),
    ...(from === null && othersAllow !== null
      ? hanging('  ', `The ${keyControlsWithEvidence} of ${keyControls} key controls that have evidence would allow a window from ${othersAllow}.`, width)
      : []),
    ...sampleLines(window, io),
  ];
}

/** Where the calendar says nothing. */
const UNCOUNTED: { readonly [frequency: string]: string | undefined } = { continuous: 'always', 'many-per-day': 'many' };

/** What each length surely holds, beside the customary sample. */
function sampleLines({ lengths, monthsForSamples }: Window, io: Io): readonly string[] {
  const rows = (lengths[0]?.frequencies ?? []).map(({ frequency, controls, customarySample: { least, most } }) => {
    const expected = lengths.map(({ frequencies }) => frequencies.find((one) => one.frequency === frequency)?.expected ?? null);
    return [
      `${frequency} (${controls.length} ${controls.length === 1 ? 'control' : 'controls'})`,
      least === most ? String(least) : `${least}-${most}`,
      ...expected.map((count) => (count === null ? (UNCOUNTED[frequency] ?? 'by event') : String(count))),
    ];
  });
  if (rows.length === 0) return [];
  const row = ([first = '', ...rest]: readonly string[]): string => `  ${first.padEnd(TITLE)}${rest.map((cell) => cell.padStart(11)).join('')}`;
  return [
    '',
    shaded(io, 'bold', 'Occurrences that a window surely holds, and the customary sample (a hint, no rule)'),
    row(['', 'sample', ...lengths.map(({ months }) => `${months} months`)]),
    ...rows.map(row),
    ...hanging('  ', monthsForSamples === null ? 'None of these lengths holds every customary sample.' : `${monthsForSamples} months are the shortest of these that hold every customary sample.`, widthOf(io.out)),
  ];
}
