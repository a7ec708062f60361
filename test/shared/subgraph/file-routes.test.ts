import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { withTail } from '../../../shared/signing/streamed-body.ts';
import type { Admitted } from '../../../shared/subgraph/admission.ts';
import { addFileRoutes, type FileService } from '../../../shared/subgraph/file-routes.ts';
import { until } from '../../testkit/platform.ts';

const SECRET = 'ab'.repeat(32);
const CALL = '12'.repeat(32);
const MEMORY_BYTES = 1000;
const FILE = Buffer.alloc(600, 'x');

/** What the store does with a content that has come; it waits until the test says how it ends. */
const storing: { readonly content: Buffer; readonly end: (error?: AppError) => void }[] = [];
const service: FileService = {
  upload: async (_call, read) => {
    const content = await read(FILE.length);
    await new Promise<void>((resolve, reject) =>
      storing.push({ content, end: (error) => (error ? reject(error) : resolve()) }),
    );
  },
  download: () => Promise.reject(new AppError('NOT_FOUND', { what: 'File' })),
};

const app = fastify();
beforeAll(async () => {
  const info = { requestId: 'req', traceparent: '', locale: 'en', actorId: 'acc_1', needsLatest: false };
  const admitted = { call: { info }, context: { actor: { kind: 'anonymous' } } } as unknown as Admitted;
  addFileRoutes(app, async () => admitted, SECRET, service, MEMORY_BYTES);
  await app.ready();
});
afterAll(() => app.close());

async function upload(bytes: Buffer = FILE): Promise<{ status: number; code: string | undefined }> {
  async function* body() {
    yield bytes;
  }
  const parts: Buffer[] = [];
  for await (const part of withTail(SECRET, CALL, body())) parts.push(part);
  const { statusCode: status, payload } = await app.inject({
    method: 'PUT',
    url: '/files/att_1',
    headers: { 'content-type': 'application/octet-stream', 'x-yey-signature': CALL },
    payload: Buffer.concat(parts),
  });
  return { status, code: /"code":"(\w+)"/.exec(payload)?.[1] };
}

/** An upload whose content has come and is on its way to the store. */
async function underWay() {
  const before = storing.length;
  const answer = upload();
  await until(() => storing.length > before);
  return { answer, ...(storing.at(-1) as (typeof storing)[number]) };
}

test('an upload holds its share of the memory until its bytes are in the store, or refused by it', async () => {
  const first = await underWay();
  expect(first.content).toEqual(FILE);
  expect(await upload()).toEqual({ status: 503, code: 'UNAVAILABLE' });
  first.end();
  expect(await first.answer).toEqual({ status: 204, code: undefined });

  const second = await underWay();
  expect(await upload()).toEqual({ status: 503, code: 'UNAVAILABLE' });
  second.end(new AppError('UNAVAILABLE', { service: 'store' }));
  expect(await second.answer).toEqual({ status: 503, code: 'UNAVAILABLE' });

  // What is refused before it has come holds nothing.
  for (let times = 0; times < 3; times += 1) {
    expect(await upload(Buffer.alloc(900, 'x'))).toEqual({ status: 413, code: 'FILE_TOO_LARGE' });
  }
  const third = await underWay();
  third.end();
  expect(await third.answer).toEqual({ status: 204, code: undefined });
});
