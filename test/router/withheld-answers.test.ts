import { createServer, type Server } from 'node:http';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, graphql, GraphQLError, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../testkit/client.ts';
import { freePort, until } from '../testkit/platform.ts';
import { type LoneRouter, startRouterOn } from '../testkit/strangers.ts';

const refused = (code: string) => () => {
  throw new GraphQLError(code, { extensions: { code, params: {}, requestId: 'of the subgraph' } });
};
const box = { id: 'box_1', lock: 'shut' };

/** One subgraph changes boxes, the other knows what is in them. */
const subgraphs = {
  boxes: {
    typeDefs: parse(`
      type Query { box: Box }
      type Mutation { shut: Box, open: Box, moveAll: [Box!] }
      type Box @key(fields: "id") { id: ID!, lock: String!, owner: String }`),
    resolvers: {
      Query: { box: () => box },
      Mutation: { shut: () => box, open: refused('FORBIDDEN'), moveAll: () => [box, box] },
      Box: { owner: refused('NOT_FOUND') },
    },
  },
  contents: {
    typeDefs: parse('type Box @key(fields: "id") { id: ID!, content: String, weight: Int! }'),
    resolvers: { Box: { content: refused('FORBIDDEN'), weight: refused('UNAVAILABLE') } },
  },
} satisfies Record<string, { typeDefs: DocumentNode; resolvers: object }>;

const servers: Server[] = [];
let router: LoneRouter;
/** Whether the second subgraph lets nobody in any more. */
let isSessionEnded = false;

async function serve(name: keyof typeof subgraphs): Promise<string> {
  const schema = buildSubgraphSchema(subgraphs[name]);
  const server = createServer((request, response) => {
    // The router looks for the clocks of subgraphs, too.
    if (request.method !== 'POST') {
      response.end();
      return;
    }
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { query: source, variables: variableValues } = JSON.parse(body) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      const ended = { errors: [new GraphQLError('', { extensions: { code: 'SESSION_ENDED', params: {} } })] };
      const answering =
        isSessionEnded && name === 'contents'
          ? Promise.resolve(ended)
          : graphql({ schema, source, variableValues });
      void answering.then((answer) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      );
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await until(() => server.listening);
  servers.push(server);
  return `http://127.0.0.1:${port}/graphql`;
}

beforeAll(async () => {
  const [boxes, contents] = await Promise.all([serve('boxes'), serve('contents')]);
  const { supergraphSdl, errors } = composeServices([
    { name: 'boxes', url: boxes, typeDefs: subgraphs.boxes.typeDefs },
    { name: 'contents', url: contents, typeDefs: subgraphs.contents.typeDefs },
  ]);
  if (!supergraphSdl) throw new Error(JSON.stringify(errors));
  router = await startRouterOn(supergraphSdl);
});
afterAll(async () => {
  await router.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** The data, and of each error its path, its code and the code of the refusal that is behind it. */
async function answerTo(query: string, locale = 'en') {
  const { data, errors } = await ask(query, {}, { url: router.url, headers: { 'accept-language': locale } });
  const told = errors.map(({ path, extensions: { code, params } }) => [path?.join('.'), code, params.reason]);
  return { data, told, messages: errors.map(({ message }) => message) };
}

test('a change that is refused itself is FORBIDDEN, beside one that is made', async () => {
  expect(await answerTo('mutation { open { id } }')).toMatchObject({
    data: { open: null },
    told: [['open', 'FORBIDDEN', undefined]],
  });
  expect(await answerTo('mutation { open { id } shut { lock owner } }')).toMatchObject({
    data: { open: null, shut: { lock: 'shut', owner: null } },
    told: [
      ['open', 'FORBIDDEN', undefined],
      ['shut.owner', 'ANSWER_WITHHELD', 'NOT_FOUND'],
    ],
  });
});

test('what is refused of the answer to a change that was made is ANSWER_WITHHELD, in whichever subgraph', async () => {
  expect(await answerTo('mutation { shut { lock owner content } }')).toEqual({
    data: { shut: { lock: 'shut', owner: null, content: null } },
    told: [
      ['shut.owner', 'ANSWER_WITHHELD', 'NOT_FOUND'],
      ['shut.content', 'ANSWER_WITHHELD', 'FORBIDDEN'],
    ],
    messages: Array<string>(2).fill('The change was made; this part of the answer is not shown to you.'),
  });
  const listed = await answerTo('mutation { every: moveAll { content } }', 'zh-CN');
  expect(listed.told.map(([, code]) => code)).toEqual(['ANSWER_WITHHELD', 'ANSWER_WITHHELD']);
  expect(listed.messages[0]).toBe('操作已完成；该部分内容您无权查看。');
  // What has failed is no refusal, and keeps the code that tells whether it may be asked for again.
  expect(await answerTo('mutation { shut { weight } }')).toMatchObject({
    data: { shut: null },
    told: [['shut.weight', 'UNAVAILABLE', undefined]],
  });
});

test('a login that ends between the change and the rest of its answer does not hide the change', async () => {
  isSessionEnded = true;
  try {
    expect(await answerTo('mutation { shut { lock content } }')).toMatchObject({
      data: { shut: { lock: 'shut', content: null } },
      told: [[undefined, 'ANSWER_WITHHELD', 'SESSION_ENDED']],
    });
    expect((await answerTo('{ box { content } }')).told).toEqual([[undefined, 'SESSION_ENDED', undefined]]);
  } finally {
    isSessionEnded = false;
  }
});

test('a query is answered with the codes of the subgraphs', async () => {
  expect(await answerTo('{ box { lock owner content } }')).toMatchObject({
    data: { box: { lock: 'shut', owner: null, content: null } },
    told: [
      ['box.owner', 'NOT_FOUND', undefined],
      ['box.content', 'FORBIDDEN', undefined],
    ],
  });
});
