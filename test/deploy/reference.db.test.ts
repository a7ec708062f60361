import { afterEach, expect, test } from 'vitest';
import { type OwnSchema, ownSchema } from '../testkit/own-schema.ts';
import { rows } from '../testkit/rows.ts';

let own: OwnSchema | undefined;
afterEach(() => own?.drop());

const production = { YEY_MODE: 'production', SANDBOX_URL: '', SANDBOX_PORT: '' };

test.each([
  ['care', 'hospital', 53],
  ['care', 'department', 39],
  ['pharmacy', 'sku', 78],
])(
  'reference data of %s are for production too: %s',
  async (subgraph, table, count) => {
    own = await ownSchema(subgraph);
    const schema = own.env[`${subgraph.toUpperCase()}_SCHEMA`];
    for (const round of [1, 2]) {
      const { code, output } = await own.run(['load-reference'], production);
      expect({ code, output }, `round ${round}`).toEqual({ code: 0, output: '' });
      const [found] = await rows(`SELECT COUNT(*) AS n FROM \`${schema}\`.${table}`);
      expect(Number(found?.n)).toBe(count);
    }
  },
  60_000,
);
