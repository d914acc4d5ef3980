import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';

@Injectable()
class Ruler {
  readonly length = 30;
}

@Injectable()
class Desk {
  constructor(readonly ruler: Ruler) {}
}

@Module({ providers: [Ruler, Desk] })
class DeskModule {}

test('decorator metadata reaches Nest, so that a class is injected by its type', async () => {
  const module = await Test.createTestingModule({ imports: [DeskModule] }).compile();
  expect(module.get(Desk).ruler.length).toBe(30);
});
