import { describe, expect, it } from '@jest/globals';
import { at, descendantsOf, readXml, textAt, type XmlElement } from './xml.js';

const read = (text: string): XmlElement => {
  const result = readXml(Buffer.from(text));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const fault = (text: string): string => {
  const result = readXml(Buffer.from(text));
  return result.ok ? 'read' : result.error.message;
};

describe('XML', () => {
  it('is read by local names, whatever the prefixes', () => {
    const root = read('<a:r xmlns:a="urn:a" x="1"><a:b a:y="2"> one<![CDATA[ & two]]> &lt;3 </a:b><b/></a:r>');
    expect(root).toMatchObject({ name: 'r', namespace: 'urn:a' });
    expect(root.attributes.get('x')).toBe('1');
    expect(at(root, 'b')?.attributes.get('y')).toBe('2');
    expect(textAt(root, 'b')).toBe('one & two <3');
    expect(textAt(root.children[1])).toBeUndefined();
  });

  it('is searched among as many children as a document may have', () => {
    expect(descendantsOf(read(`<r>${'<i/>'.repeat(500_000)}</r>`), ({ name }) => name === 'i').length).toBe(500_000);
  });

  it('is read without what the reader leaves out, which is checked all the same', () => {
    const leftOut = { leftOut: new Set(['r', 'fat']), mostKept: 2 };
    const result = readXml(Buffer.from('<r>a<fat x="1">no<b>no</b><fat/></fat>b<b>yes</b></r>'), leftOut);
    expect(result).toMatchObject({ ok: true, value: { name: 'r', text: 'ab', children: [{ name: 'b', text: 'yes', children: [] }] } });
    expect(readXml(Buffer.from('<r><fat><b></fat></r>'), leftOut).ok).toBe(false);
    expect(readXml(Buffer.from('<r><b/><fat/><b/></r>'), leftOut)).toMatchObject({ error: { message: expect.stringMatching(/^more than 2 elements that are read/) } });
    expect(readXml(Buffer.from(`<r><fat>${'<i>'.repeat(200)}`), leftOut)).toMatchObject({ error: { message: expect.stringMatching(/^more than 100 levels/) } });
  });

  it('is found in the order of the document', () => {
    const found = descendantsOf(read('<r><i n="1"/><g><i n="2"><i n="no"/></i></g><i n="3"/></r>'), ({ name }) => name === 'i');
    expect(found.map(({ attributes }) => attributes.get('n'))).toEqual(['1', '2', '3']);
  });

  it.each([
    ['<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', /a DOCTYPE is not read; send the document without it \(line 1, column \d+\)/],
    ['<r>&unknown;</r>', /undefined entity/],
    ['<r><b></r>', /unexpected close tag/],
    ['<r>', /unclosed tag/],
    ['<r a="1" a="2"/>', /duplicate attribute/],
    ['<p:r/>', /unbound namespace prefix/],
    ['no xml', /text data outside of root node/],
    ['', /document must contain a root element/],
    ['<r/><r/>', /documents may contain only one root/],
    [`${'<a>'.repeat(101)}${'</a>'.repeat(101)}`, /more than 100 levels/],
  ])('%j is refused', (text, message) => {
    expect(fault(text)).toMatch(message);
  });

  it('that is no UTF-8 is refused', () => {
    const result = readXml(Buffer.from([0x3c, 0x72, 0x3e, 0xe4, 0x3c, 0x2f, 0x72, 0x3e]));
    expect(result).toMatchObject({ ok: false, error: { message: 'not UTF-8 from byte 3 on; send the text as UTF-8' } });
  });
});
