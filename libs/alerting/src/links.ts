import type { Fact } from './fact.js';

/** Where to look: names of links are for people and programs alike. */
export function linksOf(facts: readonly Fact[], consoleUrl: string): Record<string, string> {
  const [first] = facts;
  if (first === undefined) return {};
  const at = (path: string, query: Readonly<Record<string, string>> = {}): string => {
    const url = new URL(`${consoleUrl.replace(/\/+$/, '')}/v1/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.toString();
  };
  if (first.about === 'gap') return { gaps: at('gaps') };
  const control = first.control;
  const one = facts.length === 1 ? first.deviation : undefined;
  const [evidenceId] = one?.evidenceIds ?? [];
  return {
    control: at(`controls/${encodeURIComponent(control)}`),
    deviations: at('deviations', one === undefined ? { control } : { control, key: one.key }),
    timeline: at(`controls/${encodeURIComponent(control)}/timeline`, one === undefined ? {} : { key: one.key }),
    ...(evidenceId === undefined ? {} : { evidence: at(`evidence/${encodeURIComponent(evidenceId)}`) }),
  };
}
