import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds from a quick commit to a stuck one; the same everywhere so that dashboards can add them. */
export const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A registry of the app's own (tests start several apps in one process). */
export function createRegistry(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}

type Names<L extends string> = { readonly name: string; readonly help: string; readonly labels?: readonly L[] };

export const counter = <L extends string = never>(registry: Registry, { name, help, labels = [] }: Names<L>) =>
  new Counter<L>({ name, help, labelNames: [...labels], registers: [registry] });

/** `collect` is asked when the metrics are read. */
export const gauge = <L extends string = never>(
  registry: Registry,
  { name, help, labels = [] }: Names<L>,
  collect?: (gauge: Gauge<L>) => void | Promise<void>,
) =>
  new Gauge<L>({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    ...(collect === undefined ? {} : { collect() { return collect(this); } }),
  });

export const histogram = <L extends string = never>(
  registry: Registry,
  { name, help, labels = [] }: Names<L>,
  buckets: readonly number[] = LATENCY_BUCKETS,
) => new Histogram<L>({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
