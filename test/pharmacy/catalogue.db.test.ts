import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { SERVICE_TOKEN_HEADER } from '../../shared/service/service-client.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data } from '../testkit/client.ts';
import { environmentOf } from '../testkit/platform.ts';
import { serviceToken } from '../testkit/service-call.ts';

const sku = (code: string) => stableId('sku', code);
const seeded = JSON.parse(readFileSync('subgraphs/pharmacy/seed/drugs.json', 'utf8')) as { code: string }[];

interface Page {
  readonly edges: { node: Record<string, unknown> }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string };
}

const SEARCH = `query ($search: String, $first: Int, $after: String) {
  drugs(search: $search, first: $first, after: $after) {
    edges { node { code name unitPrice isOnlineForbidden controlledClass } } pageInfo { hasNextPage endCursor }
  }
}`;
const search = async (variables: object) => (await data(SEARCH, variables)).drugs as Page;

test('the whole catalogue is there, in pages without overlap, each with a price', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Page = await search({ first: 30, after });
    for (const { node } of page.edges) {
      expect(Number(node.unitPrice)).toBeGreaterThan(0);
      seen.push(node.code as string);
    }
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual(seeded.map(({ code }) => code));
  expect(seen).toHaveLength(78);
});

test('a medicine is found by part of its name, in both languages, and a sign of LIKE is a letter', async () => {
  const codes = async (text: string) => (await search({ search: text })).edges.map(({ node }) => node.code);
  expect(await codes('布洛芬')).toEqual(['D016', 'D017']);
  expect(await codes(' Amlodipine ')).toEqual(['D026']);
  expect(await codes('%')).toEqual([]);
  expect(await codes('_')).toEqual([]);
  expect(await codes("' OR 1=1 -- ")).toEqual([]);
  expect((await ask(SEARCH, { search: 'x'.repeat(65) })).errors[0]?.extensions.code).toBe(
    'VALIDATION_FAILED',
  );
  expect((await ask(SEARCH, { after: 'JyBPUg' })).errors[0]?.extensions.code).toBe('BAD_CURSOR');
});

test('what is controlled, or has a precursor in it, is not for sale online', async () => {
  const forbidden = (await search({ first: 100 })).edges
    .filter(({ node }) => node.isOnlineForbidden)
    .map(({ node }) => [node.code, node.controlledClass]);
  expect(forbidden).toEqual([
    ['D019', null],
    ['D068', '第二类精神药品'],
    ['D069', '第二类精神药品'],
    ['D070', '第二类精神药品'],
  ]);
});

test('combinations are split into their ingredients, and names follow the language', async () => {
  const query = `query ($id: ID!) { sku(id: $id) { name form strength pack spu { name } ingredients { atc name } } }`;
  const ask = (code: string, language: string) =>
    data(query, { id: sku(code) }, { headers: { 'accept-language': language } });
  expect(await ask('D019', 'zh-CN')).toMatchObject({
    sku: {
      name: '氨酚伪麻美芬片(日片)',
      form: '片剂',
      ingredients: [
        { atc: 'N02BE01', name: '对乙酰氨基酚' },
        { atc: 'R01BA02', name: '盐酸伪麻黄碱' },
        { atc: 'R05DA09', name: '氢溴酸右美沙芬' },
      ],
    },
  });
  expect(await ask('D031', 'en')).toMatchObject({
    sku: {
      name: 'valsartan and sacubitril',
      form: 'tablet',
      spu: { name: 'valsartan and sacubitril' },
      ingredients: [{ name: 'valsartan' }, { name: 'sacubitril' }],
    },
  });
  expect(await ask('D076', 'zh-CN')).toMatchObject({ sku: { ingredients: [{ atc: null }] } });
});

test('other subgraphs, and they alone, learn of many medicines at once', async () => {
  const query = `query ($ids: [ID!]!) {
    skuInfos(ids: $ids) { id name strength isPrescription isOnlineForbidden ingredients { atc name } }
  }`;
  const ids = [sku('D069'), sku('unknown'), sku('D001'), sku('D069')];
  expect((await ask(query, { ids })).errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  const env = environmentOf(inject('platformDir'));
  const direct = async (variables: object) => {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(env.PHARMACY_URL ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [SERVICE_TOKEN_HEADER]: await serviceToken('care', 'pharmacy', body),
      },
      body,
    });
    return (await response.json()) as { data: unknown; errors?: { extensions: { code: string } }[] };
  };
  const { data: found } = await direct({ ids });
  expect(found).toEqual({
    skuInfos: [
      {
        id: sku('D069'),
        name: '地西泮片',
        strength: '2.5mg',
        isPrescription: true,
        isOnlineForbidden: true,
        ingredients: [{ atc: 'N05BA01', name: '地西泮' }],
      },
      expect.objectContaining({ id: sku('D001'), isOnlineForbidden: false }) as object,
    ],
  });
  const many = await direct({ ids: Array.from({ length: 101 }, (_, index) => sku(`X${index}`)) });
  expect(many.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
  expect((await direct({ ids: ['x'] })).errors?.[0]?.extensions.code).toBe('BAD_ID');
});
