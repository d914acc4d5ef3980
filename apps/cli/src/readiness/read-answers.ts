import { readFile } from 'node:fs/promises';
import { checkAnswers } from '@tickmark/readiness';
import type { Answers } from '@tickmark/readiness';
import { WrongUse } from '../io.js';

const BYTES_MOST = 100_000;

/** Answers as JSON on the command line or in a file; what the console takes as a body is taken as well. */
export async function readAnswers(written: string): Promise<Answers> {
  const isJson = written.trimStart().startsWith('{');
  const value = jsonOf(isJson ? written : await textOf(written), isJson ? 'the text after --answers' : written);
  const checked = checkAnswers(inside(value));
  if (checked.ok) return checked.value;
  throw new WrongUse(['these answers cannot be decided on', ...checked.faults.map(({ pointer, message }) => `  ${pointer === '' ? 'they' : `${pointer.slice(1)}:`} ${message}`)].join('\n'));
}

function inside(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('answers' in value) || Object.keys(value).length > 1) return value;
  return value.answers;
}

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new WrongUse(`${file} is no file that can be read; give a file, or JSON such as '{"Q1": true}'`);
  if (text.length > BYTES_MOST) throw new WrongUse(`${file} is larger than answers are`);
  return text;
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WrongUse(`${where} is no JSON; write {"Q1": true, "Q2": false}`);
  }
}
