import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { filesUnder, textOf } from './repository.js';

const APPS = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'];

const Compose = z.object({
  services: z.record(z.string(), z.object({ environment: z.record(z.string(), z.unknown()).default({}) })),
});

const Workload = z.object({
  kind: z.enum(['Deployment', 'Job']),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ env: z.array(z.object({ name: z.string() })).default([]) })) }),
    }),
  }),
});

const compose = Compose.parse(parse(textOf('docker-compose.yml'), { merge: true }));

const workloads = filesUnder('k8s/base', '.yaml')
  .flatMap((file) => parseAllDocuments(textOf(file)).map((document) => document.toJS() as unknown))
  .flatMap((document) => Workload.safeParse(document).data ?? []);

const inCompose = (app: string): string[] => Object.keys(compose.services[app]?.environment ?? {}).sort();

function inKubernetes(app: string): string[] {
  const workload = workloads.find(({ metadata }) => metadata.name === app);
  return (workload?.spec.template.spec.containers ?? []).flatMap(({ env }) => env.map(({ name }) => name)).sort();
}

/** What the image sets itself; neither file repeats it. */
const inImage = new Set([...textOf('Dockerfile').matchAll(/^(?:ENV)?\s+([A-Z_]+)=/gm)].map(([, name = '']) => name));

/** The settings that an app reads: the keys of the zod object that its config file exports. */
async function settingsOf(app: string): Promise<string[]> {
  const module = (await import(`../../apps/${app}/src/${app}.config.js`)) as Record<string, unknown>;
  const schemas = Object.values(module).filter((value) => value instanceof z.ZodObject);
  return [...new Set(schemas.flatMap((schema) => Object.keys(schema.shape as object)))].filter((name) => !inImage.has(name)).sort();
}

describe.each(APPS.map((app) => [app]))('%s', (app) => {
  test('gets from docker-compose.yml exactly the settings that it reads', async () => {
    expect(inCompose(app)).toEqual(await settingsOf(app));
  });

  test('gets from k8s/base exactly the settings that it reads', async () => {
    expect(inKubernetes(app)).toEqual(await settingsOf(app));
  });
});

test('what prepares database and topics gets the same in both', () => {
  expect(inKubernetes('prepare')).toEqual(inCompose('prepare'));
});

test('.env.example names every variable that docker-compose.yml takes', () => {
  const taken = [...textOf('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
  const named = [...textOf('.env.example').matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name = '']) => name);
  expect([...new Set(taken)].filter((name) => !named.includes(name))).toEqual([]);
});
