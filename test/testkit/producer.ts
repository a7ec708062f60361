import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventReader } from '../../shared/outbox/event-reader.ts';

/** Another subgraph's `events` field over HTTP, without the rest of that subgraph. */
export async function serveEvents(reader: EventReader) {
  const state = { isDown: false, asked: 0 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      state.asked += 1;
      const { variables } = JSON.parse(body) as { variables: { after: number; first: number } };
      const answer = state.isDown
        ? Promise.resolve({ errors: [{ message: 'down' }] })
        : reader.after(variables.after, variables.first).then((events) => ({ data: { events } }));
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
