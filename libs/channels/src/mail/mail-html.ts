import type { NoticeBody, NoticeDeviation, NoticeKind } from '@tickmark/alerting';
import { FOOTER, deviationFields, explanationOf, fieldsOf, headlineOf, linksOf, splitDetail } from './wording.js';
import type { Field } from './wording.js';

const INK = '#1c2430';
const QUIET = '#5b6675';
const LINE = '#dfe4ea';
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** The colour goes with a word and a sign: it never says anything alone. */
const TONES: Readonly<Record<NoticeKind, { readonly colour: string; readonly sign: string }>> = {
  opened: { colour: '#b3261e', sign: '&#9650;' },
  digest: { colour: '#b3261e', sign: '&#9650;' },
  closed: { colour: '#1a7f4b', sign: '&#10003;' },
  combined: { colour: '#8a5a00', sign: '&#9670;' },
  withdrawn: { colour: '#5b6675', sign: '&#8617;' },
  'gap-opened': { colour: '#6b3fa0', sign: '&#9673;' },
  'gap-closed': { colour: '#1a7f4b', sign: '&#10003;' },
};

/** Tables and inline styles only: what mail programs of all ages show the same. */
export function mailHtml(notice: NoticeBody): string {
  const { colour, sign } = TONES[notice.kind];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${escape(headlineOf(notice.kind))}</title></head>
<body style="margin:0;padding:0;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" style="width:100%;max-width:640px;background:#ffffff;border:1px solid ${LINE};border-radius:8px">
<tr><td style="height:6px;background:${colour};border-radius:8px 8px 0 0;font-size:0;line-height:0">&nbsp;</td></tr>
<tr><td style="padding:24px 28px 8px;${FONT};color:${INK}">
<p style="margin:0 0 6px;font-size:13px;font-weight:600;color:${colour}">${sign}&nbsp; ${escape(headlineOf(notice.kind))} &middot; ${escape(notice.severity)}</p>
<h1 style="margin:0 0 8px;font-size:21px;line-height:1.3;font-weight:650">${escape(notice.title)}</h1>
<p style="margin:0;font-size:14px;line-height:1.5;color:${QUIET}">${escape(explanationOf(notice))}</p>
</td></tr>
<tr><td style="padding:12px 28px">${fieldTable(fieldsOf(notice))}</td></tr>
${deviationRows(notice.deviations)}
<tr><td style="padding:12px 28px 24px">${linkRow(linksOf(notice), colour)}</td></tr>
<tr><td style="padding:14px 28px;border-top:1px solid ${LINE};${FONT};font-size:12px;line-height:1.5;color:${QUIET}">${escape(FOOTER)}<br>Notice ${escape(notice.id)}</td></tr>
</table></td></tr></table>
</body></html>
`;
}

function deviationRows(deviations: readonly NoticeDeviation[]): string {
  const { detailed, keysOnly } = splitDetail(deviations);
  const cards = detailed.map(
    (deviation) => `<tr><td style="padding:6px 28px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border:1px solid ${LINE};border-radius:6px"><tr><td style="padding:12px 14px">
<p style="margin:0 0 6px;${FONT};font-size:15px;font-weight:600;color:${INK};word-break:break-word">${escape(deviation.key)}</p>${fieldTable(deviationFields(deviation))}</td></tr></table></td></tr>`,
  );
  if (keysOnly.length === 0) return cards.join('\n');
  return `${cards.join('\n')}
<tr><td style="padding:6px 28px;${FONT};font-size:13px;line-height:1.6;color:${INK};word-break:break-word"><b>And ${keysOnly.length} more:</b> ${keysOnly.map(escape).join(', ')}</td></tr>`;
}

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(
    ({ name, value }) =>
      `<tr><th scope="row" align="left" valign="top" style="padding:3px 14px 3px 0;${FONT};font-size:13px;font-weight:400;color:${QUIET};line-height:1.45;white-space:nowrap">${escape(name)}</th><td valign="top" style="padding:3px 0;${FONT};font-size:13px;line-height:1.45;color:${INK};word-break:break-word" width="100%">${escape(value)}</td></tr>`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0">${rows.join('')}</table>`;
}

function linkRow(links: readonly Field[], colour: string): string {
  return links
    .map(({ name, value }, index) => {
      const look = index === 0 ? `background:${colour};color:#ffffff` : `background:#ffffff;color:${INK}`;
      const border = index === 0 ? colour : LINE;
      return `<a href="${escape(value)}" style="display:inline-block;margin:0 8px 8px 0;padding:9px 16px;border:1px solid ${border};border-radius:6px;${FONT};font-size:13px;font-weight:600;text-decoration:none;${look}">${escape(name)}</a>`;
    })
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
