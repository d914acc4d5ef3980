import type { Catalogue, ControlDefinition } from '@tickmark/catalogue';
import { isJudgedByPerson } from '@tickmark/reporting';
import { instantText } from './calendar.js';
import { worstOf } from './facts.js';
import type { CheckOnFile, ControlOnFile, OnFile, TypeOnFile, Verdict } from './facts.js';

/** How one control stands: which events it needs, who sends them, and since when it has evidence. */

const ATTESTATION = 'attestation';
const ATTESTATION_TYPE = 'attestation.given';

export interface NeededType {
  readonly type: string;
  /** `delivering`: on file; `declared`: a feed names it and has sent none; `missing`: no feed names it. */
  readonly status: 'delivering' | 'declared' | 'missing';
  readonly feeds: readonly string[];
  readonly lastEvidenceAt: string | null;
}

export interface ControlGap {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly keyControl: boolean;
  readonly execution: string;
  readonly frequency: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly state: string;
  readonly eventTypes: readonly NeededType[];
  readonly firstEvidenceAt: string | null;
  readonly lastEvidenceAt: string | null;
  /** Whether a named person judges in it. */
  readonly byPerson: boolean;
  /** Whether a person's confirmation is part of it, and was given. */
  readonly attestation: 'none' | 'given' | 'not-given';
}

const NOT_JUDGED: ControlOnFile = { checks: [], state: 'no-occurrence', fail: 0, openDeviations: 0, unproven: 0 };
const NOBODY: TypeOnFile = { namedBy: [], openTo: [] };

export function controlGap(control: ControlDefinition, { eventTypes: known }: Catalogue, onFile: OnFile): ControlGap {
  const facts = onFile.controls.get(control.id) ?? NOT_JUDGED;
  const wanted = typesOf(control).filter((type) => known.get(type)?.reserved !== true || type === 'population.snapshot');
  const eventTypes = wanted.map((type) => neededType(type, onFile.types.get(type) ?? NOBODY));
  const firstMs = firstEvidenceMs(facts, wanted.map((type) => onFile.types.get(type)?.firstAtMs));
  const lastMs = lastEvidenceMs(facts, wanted.map((type) => onFile.types.get(type)?.lastAtMs));
  const attestation = attestationOf(control, facts);
  const withoutFeed = feeds(eventTypes, onFile);
  // Without a feed there is no evidence: that goes without saying.
  const evidenced = withoutFeed.length > 0 ? [] : evidence({ facts, firstMs, attestation });
  const findings = [...deviations(facts), ...withoutFeed, ...evidenced, ...confirmation(attestation)];
  const { id, title, owner, keyControl, execution, frequency } = control;
  return {
    ...{ id, title, owner, keyControl, execution, frequency },
    verdict: findings.length === 0 ? 'evidence-flowing' : worstOf(findings.map(([verdict]) => verdict)),
    reasons: findings.map(([, reason]) => reason),
    state: facts.state,
    eventTypes,
    firstEvidenceAt: firstMs === undefined ? null : instantText(firstMs),
    lastEvidenceAt: lastMs === undefined ? null : instantText(lastMs),
    byPerson: isJudgedByPerson(control),
    attestation,
  };
}

type Finding = readonly [Verdict, string];

const typesOf = ({ inputs }: ControlDefinition): readonly string[] => [...new Set(inputs.map(({ type }) => type))];

function neededType(type: string, { namedBy, lastAtMs, firstAtMs }: TypeOnFile): NeededType {
  const lastEvidenceAt = lastAtMs === undefined ? null : instantText(lastAtMs);
  if (firstAtMs !== undefined) return { type, status: 'delivering', feeds: namedBy, lastEvidenceAt };
  return { type, status: namedBy.length > 0 ? 'declared' : 'missing', feeds: namedBy, lastEvidenceAt };
}

const isAttestation = ({ kind }: { readonly kind: string }): boolean => kind === ATTESTATION;
const decides = ({ monitor }: CheckOnFile): boolean => !monitor;

/** Since every check that decides has judged an event; of one that only watches feeds, since its events come. */
function firstEvidenceMs({ checks }: ControlOnFile, ofTypes: readonly (number | undefined)[]): number | undefined {
  const firsts = checks.some(decides) ? checks.filter(decides).map(({ firstEvidenceAtMs }) => firstEvidenceAtMs) : ofTypes;
  const known = firsts.filter((ms) => ms !== undefined);
  return checks.length === 0 || known.length === 0 || known.length < firsts.length ? undefined : Math.max(...known);
}

function lastEvidenceMs({ checks }: ControlOnFile, ofTypes: readonly (number | undefined)[]): number | undefined {
  const known = [...checks.filter(isAttestation).map(({ lastEvidenceAtMs }) => lastEvidenceAtMs), ...ofTypes].filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function attestationOf(control: ControlDefinition, { checks }: ControlOnFile): ControlGap['attestation'] {
  const names = control.checks.filter(isAttestation).map(({ name }) => name);
  if (names.length === 0) return 'none';
  const isGiven = (name: string): boolean => checks.some((check) => check.name === name && check.firstEvidenceAtMs !== undefined);
  return names.every(isGiven) ? 'given' : 'not-given';
}

function deviations({ fail, openDeviations }: ControlOnFile): readonly Finding[] {
  if (openDeviations > 0) return [['deviations-open', `${openDeviations} ${openDeviations === 1 ? 'deviation is' : 'deviations are'} open`]];
  return fail > 0 ? [['deviations-open', `${fail} ${fail === 1 ? 'key fails' : 'keys fail'} now`]] : [];
}

/** One sentence for all of them, however many there are. */
function feeds(types: readonly NeededType[], onFile: OnFile): readonly Finding[] {
  const missing = types.filter(({ status }) => status === 'missing').map(({ type }) => type);
  if (missing.length === 0) return [];
  const openTo = [...new Set(missing.flatMap((type) => onFile.types.get(type)?.openTo ?? []))];
  const open = openTo.length === 0 ? '' : ` (${openTo.join(', ')} may send any type, and has sent none of ${missing.length === 1 ? 'it' : 'them'})`;
  return [['no-feed', `no feed names ${missing.join(' or ')}${open}`]];
}

interface Evidence {
  readonly facts: ControlOnFile;
  readonly firstMs: number | undefined;
  readonly attestation: ControlGap['attestation'];
}

function evidence({ facts: { checks, unproven }, firstMs, attestation }: Evidence): readonly Finding[] {
  if (checks.length === 0) return [['no-evidence-yet', 'it is not judged yet']];
  const withoutAny = checks.filter((check) => decides(check) && !isAttestation(check) && check.firstEvidenceAtMs === undefined);
  if (withoutAny.length > 0) return withoutAny.map(({ name }) => ['no-evidence-yet', `the check ${name} has not judged an event yet`]);
  if (firstMs === undefined && attestation !== 'not-given') return [['no-evidence-yet', 'nothing of what it watches has come yet']];
  return unproven > 0 ? [['evidence-stale', `of ${unproven} ${unproven === 1 ? 'key' : 'keys'} it is not known how they stand now`]] : [];
}

const confirmation = (attestation: ControlGap['attestation']): readonly Finding[] =>
  attestation === 'not-given' ? [['manual-evidence-needed', `the confirmation (${ATTESTATION_TYPE}) was not given yet`]] : [];
