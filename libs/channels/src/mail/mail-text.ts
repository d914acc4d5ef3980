import type { NoticeBody } from '@tickmark/alerting';
import { FOOTER, deviationFields, explanationOf, fieldsOf, headlineOf, linksOf, splitDetail } from './wording.js';
import type { Field } from './wording.js';

export function mailText(notice: NoticeBody): string {
  const { detailed, keysOnly } = splitDetail(notice.deviations);
  const blocks = [
    [`${headlineOf(notice.kind)}: ${notice.title}`, explanationOf(notice)],
    lines(fieldsOf(notice)),
    ...detailed.map((deviation) => [deviation.key, ...lines(deviationFields(deviation)).map((line) => `  ${line}`)]),
    keysOnly.length === 0 ? [] : [`And ${keysOnly.length} more:`, ...keysOnly.map((key) => `  ${key}`)],
    lines(linksOf(notice)),
    ['-- ', FOOTER, `Notice ${notice.id}`],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map(oneLine).join('\n'))
    .join('\n\n')}\n`;
}

function lines(fields: readonly Field[]): readonly string[] {
  const width = Math.max(0, ...fields.map(({ name }) => name.length + 1));
  return fields.map(({ name, value }) => `${`${name}:`.padEnd(width)} ${value}`);
}

/** Keys and titles come from outside: none of them starts a line of its own. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
