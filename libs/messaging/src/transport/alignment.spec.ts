import { expect, it } from '@jest/globals';
import { align } from './alignment.js';

const handed = (firstOffset: number, lastOffset: number, endOffset = lastOffset + 1) => ({ firstOffset, lastOffset, endOffset });

it('reads what begins at the stored offset', () => {
  expect(align({ position: 7, sought: false }, handed(7, 9))).toBe('read');
});

it('reads the rest of what holds the stored offset', () => {
  expect(align({ position: 8, sought: false }, handed(5, 9))).toBe('read');
});

it('asks for the stored offset when Kafka begins somewhere else by its own hint', () => {
  expect(align({ position: 3, sought: false }, handed(7, 9))).toBe('seek');
  expect(align({ position: 30, sought: false }, handed(7, 9, 100))).toBe('seek');
});

it('takes a later beginning for a hole once the stored offset was asked for', () => {
  expect(align({ position: 3, sought: true }, handed(7, 9))).toBe('read');
});

it('knows a partition that was made anew by its end', () => {
  expect(align({ position: 30, sought: true }, handed(0, 9))).toBe('lost');
});

it('asks again for the stored offset when an old answer comes late', () => {
  expect(align({ position: 30, sought: true }, handed(0, 9, 40))).toBe('seek');
});

it('begins at the earliest message when it does not know where it stands', () => {
  expect(align({ position: -1, sought: false }, handed(7, 9))).toBe('seek');
  expect(align({ position: -1, sought: true }, handed(7, 9))).toBe('read');
});
