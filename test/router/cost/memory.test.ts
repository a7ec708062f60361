import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { costLimits, costVariables } from '../../../router/cost/cost-config.ts';
import { OperationCounter } from '../../../router/cost/operation-counter.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MEMORY = 4 * 2 ** 20;
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
  options: { readonly noLocation?: boolean } = {},
): number {
  const counter = new OperationCounter(schema, limits, { memory: MEMORY, ...options });
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
  const documents = Array.from({ length: 12 }, (_, at) => pages(at, 9));
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

test.each([
  ['of fields', false, (at: number) => `{ people { nodes { ${fields(at, 1400)} } } }`],
  ['of fields, without their places', true, (at: number) => `{ people { nodes { ${fields(at, 1400)} } } }`],
  ['of comments', false, (at: number) => `{ people { nodes { id } } } ${'\n#'.repeat(3000)}${at}`],
])('documents %s count as what they take', (_what, noLocation, document) => {
  const documents = Array.from({ length: 50 }, (_, at) => document(at));
  const grown = growth(documents, (counter, text) => counter.read(text), { noLocation });
  expect(grown).toBeLessThan(2);
});

function fields(at: number, count: number): string {
  return Array.from({ length: count }, (_, each) => `f${at}x${each}`).join(' ');
}
