import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId, eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { Ids, type Run, type RunRule } from './parts.js';
import { hashOf, resourceOf, sarifResult, timeOf } from './results.js';

const text = z.string().nullish();
const notification = z.object({
  level: text,
  associatedRule: z.object({ id: text, ruleId: text }).nullish(),
  locations: z.array(z.unknown()).nullish(),
  message: z.object({ text }).nullish(),
});
const rules = z.array(z.object({ id: z.string(), defaultConfiguration: z.object({ level: text }).nullish() })).nullish();
const runBody = z.object({
  tool: z.object({ driver: z.object({ name: z.string().min(1), rules }), extensions: z.array(z.object({ name: text, rules })).nullish() }),
  automationDetails: z.object({ guid: text, id: text }).nullish(),
  invocations: z
    .array(
      z.object({
        executionSuccessful: z.boolean().nullish(),
        startTimeUtc: text,
        endTimeUtc: text,
        toolExecutionNotifications: z.array(notification).nullish(),
        toolConfigurationNotifications: z.array(notification).nullish(),
      }),
    )
    .nullish(),
  versionControlProvenance: z.array(z.object({ repositoryUri: text })).nullish(),
  results: z.array(z.unknown()).nullish(),
});
type Body = z.infer<typeof runBody>;

/** A log of SARIF: its runs. Without any there is no evidence of anything. */
export function sarifLog(record: JsonObject): readonly ItemResult[] {
  const fields = fieldsOf(z.object({ version: z.string(), runs: z.array(z.record(z.string(), z.unknown())) }), record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  if (!fields.value.version.startsWith('2.')) return [rejected('/version', 'is not 2.1.0, or a draft of it')];
  if (fields.value.runs.length === 0) return [ignored('a log without runs: nothing was looked at')];
  const ids = new Ids();
  return fields.value.runs.flatMap((run, at) => runResults(run, `/runs/${at}`, ids));
}

function runResults(raw: unknown, pointer: string, ids: Ids): readonly ItemResult[] {
  const fields = fieldsOf(runBody, raw);
  if (!fields.ok) return [rejected(`${pointer}${fields.error.pointer}`, fields.error.message)];
  const body = fields.value;
  const times = (body.invocations ?? []).map(({ endTimeUtc, startTimeUtc }) => endTimeUtc ?? startTimeUtc).filter((time) => typeof time === 'string');
  const instants = times.map(parseRfc3339);
  const unreadable = instants.indexOf(undefined);
  if (unreadable >= 0) return [rejected(`${pointer}/invocations/${unreadable}/endTimeUtc`, 'is no instant')];
  const timeMs = instants.length === 0 ? undefined : Math.max(...(instants as number[]));
  const run: Run = { ...runOf(body, timeMs), id: runId(body, timeMs === undefined ? contentId(raw) : new Date(timeMs).toISOString()), ids };
  const results = (body.results ?? []).map((result, at) => sarifResult(result, `${pointer}/results/${at}`, run));
  const all = [...scanOf(body, run), ...notificationsOf(body, run), ...results];
  return all.length > 0 ? all : [ignored('a run without results that does not say whether it succeeded: nothing is known')];
}

function runOf(body: Body, timeMs: number | undefined): Omit<Run, 'id' | 'ids'> {
  const { driver, extensions: packs } = body.tool;
  const { name } = driver;
  const all = (packs ?? []).map(listedIn);
  const named = new Map((packs ?? []).map((pack, at) => [pack.name ?? '', all[at] ?? []] as const));
  named.delete('');
  const listed = listedIn(driver);
  const known = [...all.flat(), ...listed];
  return {
    tool: name,
    source: `sarif/${encodeURIComponent(name.toWellFormed()).slice(0, 200)}`,
    timeMs,
    target: (body.versionControlProvenance?.[0]?.repositoryUri ?? name).slice(0, 1_024),
    failed: (body.invocations ?? []).some(({ executionSuccessful }) => executionSuccessful !== true) || errorsOf(body).some((told) => brokenRuleOf(told) === undefined),
    rules: listed,
    extensions: { all, named },
    levels: new Map(known.flatMap(({ id, level }) => (typeof level === 'string' ? [[id, level] as const] : []))),
  };
}

const listedIn = (component: { readonly rules?: z.infer<typeof rules> }): readonly RunRule[] =>
  (component.rules ?? []).map(({ id, defaultConfiguration }) => ({ id, level: defaultConfiguration?.level }));

/** Tools repeat their names, and some their ids: the time tells runs apart, and without one all that a run says. */
function runId({ automationDetails, tool }: Body, told: string): string {
  return eventId(automationDetails?.guid ?? automationDetails?.id ?? tool.driver.name, told);
}

/** That the run was made, which is all that an empty list of results tells; without invocations not even that is said. */
function scanOf(body: Body, run: Run): readonly ItemResult[] {
  if ((body.invocations ?? []).length === 0) return [];
  const success = !run.failed && Array.isArray(body.results);
  const scanner = `sarif/${run.tool}`.slice(0, 256);
  const data = { scanner, outcome: success ? 'success' : 'failure', covered: success ? 1 : 0, total: 1 };
  return [event({ id: run.ids.of(eventId(run.id, 'scan')), source: run.source, type: 'scan.completed', subject: scanner, ...timeOf(run), data })];
}

type Notification = z.infer<typeof notification>;

/** By the standard an error halted the analysis, or its results are not right or not whole; without a rule, all of them. */
function errorsOf({ invocations }: Body): readonly Notification[] {
  const told = (invocations ?? []).flatMap((one) => [...(one.toolExecutionNotifications ?? []), ...(one.toolConfigurationNotifications ?? [])]);
  return told.filter(({ level }) => level === 'error');
}

const brokenRuleOf = ({ associatedRule }: Notification): string | undefined => associatedRule?.id ?? associatedRule?.ruleId ?? undefined;

/** A rule that broke during the run said nothing about what it was to look at. */
function notificationsOf(body: Body, run: Run): readonly ItemResult[] {
  return errorsOf(body).flatMap((told) => {
    const rule = brokenRuleOf(told);
    if (rule === undefined) return [];
    const located = fieldsOf(z.object({ locations: LOCATIONS }), told);
    const resource = (located.ok ? resourceOf(located.value) : undefined) ?? run.target;
    const data = { rule: `${run.tool}/${rule}`.slice(0, 256), resource, outcome: 'error', title: (told.message?.text ?? 'the rule broke').slice(0, 1_024) };
    return [event({ id: run.ids.of(eventId(run.id, 'broken', hashOf(told))), source: run.source, type: 'config.finding', subject: resource, ...timeOf(run), data })];
  });
}

const LOCATIONS = z.array(z.object({ physicalLocation: z.object({ artifactLocation: z.object({ uri: text }).nullish() }).nullish() })).nullish();
