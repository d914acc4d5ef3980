const FORMULA_STARTS = ['=', '+', '-', '@', '\t', '\r'];

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises. Numbers of our own are
 * written as numbers and never pass here.
 */
export function defuseCell(text: string): string {
  return FORMULA_STARTS.some((start) => text.startsWith(start)) ? `'${text}` : text;
}
