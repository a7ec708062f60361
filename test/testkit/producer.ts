import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventReader } from '../../shared/outbox/event-reader.ts';
import { INSTANCE_HEADER } from '../../shared/signing/call-guard.ts';

interface Variables {
  readonly after: number;
  readonly first: number;
  readonly epoch: string | null;
}

async function answerOf(reader: EventReader, { after, first, epoch }: Variables) {
  const events = await reader.after(after, first);
  return { events, eventLog: await reader.log(after, epoch) };
}

/** Another subgraph's `events` field over HTTP, without the rest of that subgraph. */
export async function serveEvents(reader: EventReader) {
  const state = { isDown: false, asked: 0 };
  const server = createServer((request, response) => {
    response.setHeader(INSTANCE_HEADER, 'producer');
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      // Who calls asks first which process answers.
      if (request.method === 'GET') {
        response.end();
        return;
      }
      state.asked += 1;
      const { variables } = JSON.parse(body) as { variables: Variables };
      const answer = state.isDown
        ? Promise.resolve({ errors: [{ message: 'down' }] })
        : answerOf(reader, variables).then((data) => ({ data }));
      void answer.then((json) => response.end(JSON.stringify(json)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
