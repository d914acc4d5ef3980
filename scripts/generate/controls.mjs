/** The page of shipped controls: which serve which criterion and objective, and what is wanted where none is automated. */
export function controlsPage({ criteria, objectives, categories, controls }) {
  const all = [...controls.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const of = (side, id) => all.filter(({ maps }) => maps[side].includes(id));
  return [
    ...intro(all),
    '## By criterion (SOC 2)',
    '',
    ...categories.flatMap(({ id, name }) => [
      `### ${name}`,
      '',
      ...[...criteria.values()].filter(({ category }) => category === id).flatMap((criterion) => measure(criterion, of('tsc', criterion.id), machineWords(criterion))),
    ]),
    '## By objective (SOC 1)',
    '',
    'SOC 1 has no official list: management writes its objectives and chooses from these.',
    '',
    ...[...objectives.values()].flatMap((objective) => measure(objective, of('soc1', objective.id), mappingWords(objective))),
    '## All controls',
    '',
    ...table(['Control', 'Title', 'Owner', 'SOC 2', 'SOC 1'], all.map(({ id, title, owner, maps }) => [id, title, owner, list(maps.tsc), list(maps.soc1)])),
  ].join('\n');
}

const list = (ids) => (ids.length === 0 ? '-' : ids.join(', '));
const link = (id) => `[${id}](../../catalogue/controls/${id}.yaml)`;
const cell = (text) => String(text).replaceAll('|', '\\|');

function table(columns, rows) {
  const shown = rows.map(([first, ...others]) => `| ${[link(first), ...others.map(cell)].join(' | ')} |`);
  return [`| ${columns.join(' | ')} |`, `|${'---|'.repeat(columns.length)}`, ...shown, ''];
}

function intro(all) {
  const count = (holds) => all.filter(holds).length;
  const checks = all.flatMap(({ checks }) => checks);
  const kinds = [...Map.groupBy(checks, ({ kind }) => kind)].map(([kind, own]) => [kind, own.length]).sort(([a], [b]) => (a < b ? -1 : 1));
  const serves = ({ maps }) => [maps.tsc.length > 0, maps.soc1.length > 0];
  return [
    '# Controls',
    '',
    'Made by `npm run generate` from `catalogue/controls/`. Which controls serve which criterion and objective is our judgement;',
    'the service auditor decides. The criteria themselves are in AICPA TSP section 100; titles here are our own words.',
    '',
    `${all.length} controls with ${checks.length} checks and ${all.reduce((sum, { tests }) => sum + tests.length, 0)} tests:`,
    `${count((one) => serves(one).every(Boolean))} serve both reports, ${count(({ maps }) => maps.soc1.length === 0)} SOC 2 only, ${count(({ maps }) => maps.tsc.length === 0)} SOC 1 only.`,
    `${count(({ execution }) => execution === 'automated')} are automated, ${count(({ execution }) => execution === 'it-dependent-manual')} it-dependent manual, ${count(({ execution }) => execution === 'manual')} manual; ${count(({ keyControl }) => keyControl)} are key controls.`,
    `Checks by kind: ${kinds.map(([kind, own]) => `${kind} ${own}`).join(', ')}.`,
    '',
  ];
}

function measure({ id, title, evidence }, mapped, words) {
  const isAutomated = mapped.some(({ execution }) => execution === 'automated');
  const none = mapped.length === 0 ? '**No control is mapped to it.**' : '**None of its controls is automated.**';
  const wanted = isAutomated ? [] : [`${none} Evidence wanted: ${evidence.join('; ')}.`, ''];
  const rows = mapped.map((one) => [one.id, one.title, [...new Set(one.checks.map(({ kind }) => kind))].join(', '), one.execution, one.frequency, one.severity, one.keyControl ? 'key' : '']);
  const shown = rows.length === 0 ? [] : table(['Control', 'Title', 'Kind', 'Execution', 'Frequency', 'Severity', ''], rows);
  return [`#### ${id} ${title}`, '', words, '', ...wanted, ...shown];
}

const MACHINE = {
  strong: 'Machine evidence: strong.',
  partial: 'Machine evidence: partial; a machine sees that it happened, a person judges whether it was any good.',
  weak: 'Machine evidence: weak; monitoring says nothing good of it before a named person has reviewed or attested.',
};
const machineWords = ({ machineEvidence }) => MACHINE[machineEvidence];

function mappingWords({ mapping, tsc }) {
  if (mapping === 'soc1-only') return 'SOC 1 only.';
  const word = mapping === 'shared' ? 'The same control and evidence serve' : 'Helps, beside a test of transactions,';
  return `${word} ${tsc.join(', ')} in a SOC 2.`;
}
