import type { InputFault, Result } from '@tickmark/contracts';
import { at, childrenOf, descendantsOf, textAt, type XmlElement } from '../reading/xml.js';

/** Long texts and what other languages say: checked like all XML, not kept. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['description', 'rationale', 'fixtext', 'fix', 'notice', 'front-matter', 'rear-matter', 'reference', 'warning', 'question', 'ident', 'message', 'metadata'],
  ...['check', 'complex-check', 'Value', 'set-value', 'Profile', 'Tailoring', 'platform', 'platform-specification', 'target-facts', 'signature'],
  ...['oval_results', 'oval_definitions', 'oval_system_characteristics', 'cpe-list', 'ocil', 'extended-components'],
]);

export const NEEDED = { leftOut: LEFT_OUT, mostKept: 300_000 };

/** What the benchmark says of a rule, where the report holds the benchmark. */
export interface RuleText {
  readonly title: string | undefined;
  readonly severity: string | undefined;
}

export interface ScanReport {
  readonly results: readonly TestResult[];
  readonly rules: ReadonlyMap<string, RuleText>;
}

interface TestResult {
  readonly element: XmlElement;
  /** What the report says it is about, by its name there. */
  readonly asset: string | undefined;
}

/** ARF, a benchmark with results in it, a result on its own: by local names, so XCCDF 1.1 and 1.2, with prefixes or without. */
export function scanReport(root: XmlElement): Result<ScanReport, InputFault> {
  if (!['asset-report-collection', 'Benchmark', 'TestResult'].includes(root.name)) {
    const message = `${root.name.slice(0, 100)} is no XCCDF result and no ARF; send what oscap writes with --results or --results-arf`;
    return { ok: false, error: { pointer: '', message } };
  }
  const nameOf = root.name === 'asset-report-collection' ? assetNames(root) : noAssets;
  const rules = new Map(descendantsOf(root, ({ name }) => name === 'Rule').map((rule) => [rule.attributes.get('id') ?? '', ruleText(rule)]));
  const reports = root.name === 'asset-report-collection' ? descendantsOf(root, ({ name }) => name === 'report') : [];
  const inside = (report: XmlElement): readonly TestResult[] =>
    testResults(report).map((element) => ({ element, asset: nameOf(report.attributes.get('id'), at(element, 'target-id-ref')?.attributes.get('name')) }));
  const results = root.name === 'asset-report-collection' ? reports.flatMap(inside) : inside(root);
  return { ok: true, value: { results, rules } };
}

const testResults = (root: XmlElement): readonly XmlElement[] => descendantsOf(root, ({ name }) => name === 'TestResult');

const ruleText = (rule: XmlElement): RuleText => ({ title: textAt(rule, 'title'), severity: rule.attributes.get('severity') });

type AssetNames = (report: string | undefined, named: string | undefined) => string | undefined;

const noAssets: AssetNames = () => undefined;

/** A relationship says which asset a report is about, else the result itself does; where there is but one, it is that one. */
function assetNames(root: XmlElement): AssetNames {
  const assets = new Map<string, string>();
  for (const asset of descendantsOf(root, ({ name }) => name === 'asset')) {
    const name = assetName(asset);
    if (name !== undefined) assets.set(asset.attributes.get('id') ?? '', name);
  }
  const about = new Map<string, string>();
  for (const relation of descendantsOf(root, ({ name }) => name === 'relationship')) {
    const known = childrenOf(relation, 'ref').find(({ text }) => assets.has(text));
    if (known !== undefined) about.set(relation.attributes.get('subject') ?? '', known.text);
  }
  const [only] = assets.size === 1 ? assets.values() : [];
  return (report, named) => assets.get(about.get(report ?? '') ?? named ?? '') ?? only;
}

function assetName(asset: XmlElement): string | undefined {
  const device = asset.children[0];
  const address = descendantsOf(asset, ({ name, text }) => (name === 'ip-v4' || name === 'ip-v6') && !isOwnAddress(text))[0];
  const name = textAt(device, 'fqdn') ?? textAt(device, 'hostname');
  return name === undefined ? address?.text : toldApart(name, address?.text);
}

const isOwnAddress = (address: string): boolean => /^127\.|^::1$|^(0:|0000:){7}(0*1)$|^0\.0\.0\.0$/.test(address) || address === '';

/** Every machine calls itself localhost: with one of its other addresses it is one machine and not all of them. */
function toldApart(name: string, address: string | undefined): string {
  return /^localhost(\.|$)/i.test(name) && address !== undefined ? `${name}/${address}` : name;
}

/** What was scanned, in the words of the result: its target, else its address. */
export function targetOf(result: XmlElement): string | undefined {
  const address = childrenOf(result, 'target-address').find(({ text }) => !isOwnAddress(text))?.text;
  const target = textAt(result, 'target');
  return target === undefined ? address : toldApart(target, address);
}
