/**
 * The elements of a JSON array as they are written: parsing and writing anew would change numbers and the order of
 * names. Undefined when the text is no array or does not end; what stands inside an element is the server's business.
 */
export function splitJsonArray(text: string): readonly string[] | undefined {
  const whole = text.trim();
  return whole.startsWith('[') && whole.endsWith(']') ? elementsOf(whole) : undefined;
}

const DEEPER: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

function elementsOf(whole: string): readonly string[] | undefined {
  const elements: string[] = [];
  let begin = 1;
  let depth = 1;
  for (let at = 1; at < whole.length; at += 1) {
    const char = whole.charAt(at);
    if (char === '"') at = endOfString(whole, at);
    depth += DEEPER[char] ?? 0;
    const ends = depth === 0;
    if (!ends && !(depth === 1 && char === ',')) continue;
    elements.push(whole.slice(begin, at).trim());
    begin = at + 1;
    if (ends) return at === whole.length - 1 && char === ']' ? withoutEmpty(elements) : undefined;
  }
  return undefined;
}

/** The place of the quote that ends the string; the end of the text when none does. */
function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** `[]` has no element; `[1,]` has one that is empty, which is for the server to refuse. */
const withoutEmpty = (elements: readonly string[]): readonly string[] => (elements.length === 1 && elements[0] === '' ? [] : elements);
