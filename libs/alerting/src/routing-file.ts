import { SEVERITIES, failure, parseDuration, success } from '@tickmark/contracts';
import type { Result } from '@tickmark/contracts';
import { LineCounter, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import type { ZodType } from 'zod';
import type { Route, Routing } from './routing.js';

/** A fault in a routing file: where it is and what to write instead. */
export interface RoutingFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const DEEPEST = 8;
const MOST_ROUTES = 200;
const MOST_RECEIVERS = 100;

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= LONGEST_WAIT_MS) return ms;
  context.addIssue('must be a duration of at most 1d, such as 30s or 5m');
  return z.NEVER;
});
const LONGEST_WAIT_MS = 86_400_000;

const oneOrMany = <T extends ZodType>(item: T) =>
  z.union([item, z.array(item).min(1).max(200)]).transform((given) => (Array.isArray(given) ? given : [given]));

const match = z.strictObject({
  severity: oneOrMany(z.enum(SEVERITIES)).optional(),
  owner: oneOrMany(z.string().min(1)).optional(),
  control: oneOrMany(z.string().min(1)).optional(),
});

const timing = { hold: duration.optional(), groupWait: duration.optional(), groupInterval: duration.optional() };

interface WrittenRoute {
  readonly match: z.output<typeof match>;
  readonly receiver?: string | undefined;
  readonly continue: boolean;
  readonly hold?: number | undefined;
  readonly groupWait?: number | undefined;
  readonly groupInterval?: number | undefined;
  readonly routes: readonly WrittenRoute[];
}

const route: ZodType<WrittenRoute> = z.lazy(() =>
  z.strictObject({
    match,
    receiver: z.string().optional(),
    continue: z.boolean().default(false),
    ...timing,
    routes: z.array(route).max(MOST_ROUTES).default([]),
  }),
);

const root = z.strictObject({
  receiver: z.string(),
  ...timing,
  routes: z.array(route).max(MOST_ROUTES).default([]),
});

const fileSchema = (channels: Readonly<Record<string, ZodType>>) =>
  z.strictObject({
    receivers: z
      .record(z.string().regex(/^[a-z0-9-]{1,63}$/, { error: 'must be letters a-z, digits and -' }), receiverSchema(channels))
      .refine((receivers) => Object.keys(receivers).length <= MOST_RECEIVERS, {
        error: `must be at most ${MOST_RECEIVERS}`,
      }),
    route: root,
  });

const receiverSchema = (channels: Readonly<Record<string, ZodType>>) =>
  z
    .strictObject(Object.fromEntries(Object.entries(channels).map(([id, schema]) => [id, schema.optional()])))
    .refine((written) => Object.keys(written).length > 0, {
      error: `must have at least one channel: ${Object.keys(channels).join(', ')}`,
      when: ({ issues }) => issues.length === 0,
    });

/** `channels`: the config schema of each channel by its id. Everything wrong is said at once, with its line. */
export function readRoutingFile(
  file: { readonly path: string; readonly text: string },
  channels: Readonly<Record<string, ZodType>>,
): Result<Routing, readonly RoutingFault[]> {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    return failure(
      document.errors.map(({ pos, message }) => ({
        file: file.path,
        line: lines.linePos(pos[0]).line,
        message: message.split('\n')[0] ?? message,
      })),
    );
  }
  const at = (path: readonly PropertyKey[]): number => lineOf(document, lines, path);
  const parsed = fileSchema(channels).safeParse(document.toJS({ maxAliasCount: 20 }));
  if (!parsed.success) {
    return failure(
      parsed.error.issues.map((issue) => ({ file: file.path, line: at(placeOf(issue)), message: sayIssue(issue) })),
    );
  }
  return checked(file.path, parsed.data, at);
}

type Written = z.output<ReturnType<typeof fileSchema>>;

function checked(
  file: string,
  written: Written,
  lineAt: (path: readonly PropertyKey[]) => number,
): Result<Routing, readonly RoutingFault[]> {
  const faults: RoutingFault[] = [];
  const fault = (path: readonly PropertyKey[], message: string): void => {
    faults.push({ file, line: lineAt(path), message });
  };
  const visit = (routes: readonly WrittenRoute[], path: readonly PropertyKey[], depth: number): void => {
    if (depth > DEEPEST) fault(path, `routes may lie in each other at most ${DEEPEST} deep`);
    else for (const [index, item] of routes.entries()) visitOne(item, [...path, index], depth);
  };
  const known = (name: string, path: readonly PropertyKey[]): void => {
    if (Object.hasOwn(written.receivers, name)) return;
    fault(path, `${pathText(path)}: receiver ${name} is not in receivers; there are ${Object.keys(written.receivers).join(', ')}`);
  };
  const visitOne = (item: WrittenRoute, path: readonly PropertyKey[], depth: number): void => {
    if (item.receiver !== undefined) known(item.receiver, [...path, 'receiver']);
    visit(item.routes, [...path, 'routes'], depth + 1);
  };
  known(written.route.receiver, ['route', 'receiver']);
  visit(written.route.routes, ['route', 'routes'], 1);
  return faults.length > 0 ? failure(faults) : success(routingOf(written));
}

function routingOf({ receivers, route: top }: Written): Routing {
  const { hold = 0, groupWait = 0, groupInterval = 0 } = top;
  const timed = { holdMs: hold, groupWaitMs: groupWait, groupIntervalMs: groupInterval };
  const base: Route = { ...timed, match: {}, receiver: top.receiver, continue: false, routes: [] };
  return {
    receivers: Object.entries(receivers).map(([name, channels]) => ({ name, channels })),
    root: { ...base, routes: top.routes.map((child) => inherit(child, base)) },
  };
}

/** A route takes from the one above it what it does not say itself. */
function inherit(written: WrittenRoute, above: Route): Route {
  const { severity, owner, control } = written.match;
  const own: Route = {
    match: {
      ...(severity === undefined ? {} : { severity }),
      ...(owner === undefined ? {} : { owner }),
      ...(control === undefined ? {} : { control }),
    },
    receiver: written.receiver ?? above.receiver,
    continue: written.continue,
    holdMs: written.hold ?? above.holdMs,
    groupWaitMs: written.groupWait ?? above.groupWaitMs,
    groupIntervalMs: written.groupInterval ?? above.groupIntervalMs,
    routes: [],
  };
  return { ...own, routes: written.routes.map((child) => inherit(child, own)) };
}

type Issue = z.core.$ZodIssue;

/** An unknown name is shown where it stands, not where the object begins. */
const placeOf = (issue: Issue): readonly PropertyKey[] =>
  issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;

function sayIssue(issue: Issue): string {
  const where = pathText(issue.path);
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}

const pathText = (path: readonly PropertyKey[]): string => path.map(String).join('.');

/** The line of the deepest part of the path that is written in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
