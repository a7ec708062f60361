import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { costLimits, costVariables } from '../../../router/cost/cost-config.ts';
import { OperationCounter } from '../../../router/cost/operation-counter.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MEMORY = 8 * 2 ** 20;
const limits = costLimits(z.object(costVariables).parse({}));
const schema = buildSchema(`
  type Query { people(first: Int): PersonConnection }
  type PersonConnection { nodes: [Person!]! }
  type Person { id: ID!, friends(first: Int): PersonConnection }
`);

/** What it takes to remember documents, in parts of what they may take. */
function growth(
  documents: readonly string[],
  use: (counter: OperationCounter, text: string) => void,
): number {
  const counter = new OperationCounter(schema, limits, MEMORY);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (const text of documents) use(counter, text);
  collectGarbage();
  const grown = process.memoryUsage().heapUsed - before;
  // It is still used here, or it would be collected too.
  expect(() => counter.read('{ people')).not.toThrow();
  return grown / MEMORY;
}

/** Operations over one fragment with as many pages, of a size by a variable, as an operation may have. */
function pages(at: number, operations: number): string {
  const names = Array.from({ length: operations }, (_, each) => `query q${at}x${each}($n: Int) { ...f }`);
  const fields = Array.from({ length: 36 }, () => 'people(first: $n) { ...g }').join(' ');
  const inner = Array.from({ length: 12 }, () => 'friends(first: $n) { nodes { id } }').join(' ');
  return `${names.join(' ')} fragment f on Query { ${fields} } fragment g on PersonConnection { nodes { ${inner} } }`;
}

test.each([false, true])('formulas of documents whose validity is %s count as what they take', (isValid) => {
  const documents = Array.from({ length: 30 }, (_, at) => pages(at, 9));
  const grown = growth(documents, (counter, text) => {
    for (const [name] of text.matchAll(/q\d+x\d+/g)) {
      const counted = counter.read(text);
      if (!counted) throw new Error('not counted');
      counted.isValid = isValid;
      counter.cost(counted, name, { n: 1 });
      if (!isValid) expect(counted.formulas.size).toBe(0);
    }
  });
  expect(grown).toBeLessThan(2);
});

test('documents count as what they take', () => {
  const documents = Array.from({ length: 200 }, (_, at) => {
    const fields = Array.from({ length: 1400 }, (_each, field) => `f${at}x${field}`);
    return `{ people { nodes { ${fields.join(' ')} } } }`;
  });
  const grown = growth(documents, (counter, text) => counter.read(text));
  expect(grown).toBeLessThan(2);
});
