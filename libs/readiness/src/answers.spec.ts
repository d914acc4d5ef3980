import { expect, it } from '@jest/globals';
import { checkAnswers } from './answers.js';

it('answers are taken as they are', () => {
  expect(checkAnswers({ Q1: true, Q13: false })).toEqual({ ok: true, value: { Q1: true, Q13: false } });
  expect(checkAnswers({})).toEqual({ ok: true, value: {} });
});

it('an unknown question and an answer that is neither true nor false are refused with their place', () => {
  expect(checkAnswers({ Q1: 'yes', Q14: true, 'a/b~': false, Q2: null }, '/answers')).toEqual({
    ok: false,
    faults: [
      { pointer: '/answers/Q1', message: 'must be true or false; leave it out for no' },
      { pointer: '/answers/Q14', message: 'There is no such question; the questions are Q1 to Q13.' },
      { pointer: '/answers/a~1b~0', message: 'There is no such question; the questions are Q1 to Q13.' },
      { pointer: '/answers/Q2', message: 'must be true or false; leave it out for no' },
    ],
  });
});

it.each([[null], ['Q1'], [[true]], [7]])('%j is no set of answers', (given) => {
  expect(checkAnswers(given, '/answers')).toMatchObject({ ok: false, faults: [{ pointer: '/answers' }] });
});

it('no more faults are named than anybody reads', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`X${index}`, true]));
  const checked = checkAnswers(many);
  expect(checked.ok ? 0 : checked.faults.length).toBe(20);
});
