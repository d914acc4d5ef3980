import type { Severity } from '@tickmark/contracts';
import type { Fact } from './fact.js';

/** Where a notice goes: one channel of one receiver. */
export interface Destination {
  readonly receiver: string;
  readonly channel: string;
}

/** How long notices of a route wait. With 0 everywhere each fact is told at once, by itself. */
export interface Timing {
  /** An opening that ends within this time is never told as open. */
  readonly holdMs: number;
  /** Collects more of the same control after the first. */
  readonly groupWaitMs: number;
  /** Least time between two notices of one control. */
  readonly groupIntervalMs: number;
}

export const AT_ONCE: Timing = { holdMs: 0, groupWaitMs: 0, groupIntervalMs: 0 };

interface Match {
  readonly severity?: readonly Severity[];
  readonly owner?: readonly string[];
  readonly control?: readonly string[];
}

export interface Route extends Timing {
  readonly match: Match;
  readonly receiver: string;
  /** Go on with the next sibling after this one matched. */
  readonly continue: boolean;
  readonly routes: readonly Route[];
}

export interface Receiver {
  readonly name: string;
  /** By channel id; the value has been checked against the channel's own schema. */
  readonly channels: Readonly<Record<string, unknown>>;
}

export interface Routing {
  readonly receivers: readonly Receiver[];
  /** Without one nothing is sent. */
  readonly root?: Route;
}

export interface Target extends Destination, Timing {}

/** Without a routing file: every receiver of the environment is one receiver that gets everything at once. */
export function everythingTo(receiver: Receiver): Routing {
  if (Object.keys(receiver.channels).length === 0) return { receivers: [] };
  return { receivers: [receiver], root: { ...AT_ONCE, match: {}, receiver: receiver.name, continue: false, routes: [] } };
}

export const destinationsOf = (routing: Routing): readonly Destination[] =>
  routing.receivers.flatMap(({ name, channels }) =>
    Object.keys(channels).map((channel) => ({ receiver: name, channel })),
  );

/** The channels that a fact goes to; each once, whichever controls or routes lead there. */
export function targetsOf(fact: Fact, routing: Routing, ownerOf: (control: string) => string | undefined): readonly Target[] {
  if (routing.root === undefined) return [];
  const root = routing.root;
  const routes = subjectsOf(fact, ownerOf).flatMap((subject) => matching(subject, root));
  const targets = new Map<string, Target>();
  for (const route of routes) {
    const receiver = routing.receivers.find(({ name }) => name === route.receiver);
    for (const channel of Object.keys(receiver?.channels ?? {})) {
      const key = destinationKey({ receiver: route.receiver, channel });
      if (!targets.has(key)) targets.set(key, { receiver: route.receiver, channel, ...timingOf(route) });
    }
  }
  return [...targets.values()];
}

export const destinationKey = ({ receiver, channel }: Destination): string => `${receiver}/${channel}`;

export function destinationOf(key: string): Destination {
  const [receiver = '', channel = ''] = key.split('/');
  return { receiver, channel };
}

/** Whether any route lets notices wait. */
export const waits = ({ root }: Routing): boolean => root !== undefined && routeWaits(root);

const routeWaits = ({ holdMs, groupWaitMs, groupIntervalMs, routes }: Route): boolean =>
  holdMs + groupWaitMs + groupIntervalMs > 0 || routes.some(routeWaits);

const timingOf = ({ holdMs, groupWaitMs, groupIntervalMs }: Timing): Timing => ({ holdMs, groupWaitMs, groupIntervalMs });

interface Subject {
  readonly severity: Severity;
  readonly owner: string | undefined;
  readonly control: string | undefined;
}

/** A gap goes where any of the controls that it hits would go. */
function subjectsOf(fact: Fact, ownerOf: (control: string) => string | undefined): readonly Subject[] {
  if (fact.about === 'deviation') return [{ severity: fact.severity, owner: fact.owners[0], control: fact.control }];
  if (fact.controls.length === 0) return [{ severity: fact.severity, owner: undefined, control: undefined }];
  return fact.controls.map((control) => ({ severity: fact.severity, owner: ownerOf(control), control }));
}

/** Depth first: the deepest match of a branch counts, the first branch that matches ends the search unless it continues. */
function matching(subject: Subject, route: Route): readonly Route[] {
  const found: Route[] = [];
  for (const child of route.routes) {
    if (!fits(subject, child.match)) continue;
    found.push(...matching(subject, child));
    if (!child.continue) break;
  }
  return found.length > 0 ? found : [route];
}

const fits = (subject: Subject, match: Match): boolean =>
  among(subject.severity, match.severity) && among(subject.owner, match.owner) && among(subject.control, match.control);

const among = (value: string | undefined, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));
