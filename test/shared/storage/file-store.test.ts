import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { FileStore } from '../../../shared/storage/file-store.ts';
import { LocalFileStore } from '../../../shared/storage/local-file-store.ts';
import { S3FileStore } from '../../../shared/storage/s3-file-store.ts';
import { fileStoreOf, storageProblems } from '../../../shared/storage/storage-config.ts';
import { type S3Server, startS3Server } from '../../testkit/s3-server.ts';

const keys = { accessKeyId: 'YEYTESTKEY', secretAccessKey: 'secret/of+the=test' };
const BUCKET = 'yey-files';
let folder: string;
let s3: S3Server;
const inBucket = (change: Partial<ConstructorParameters<typeof S3FileStore>[0]> = {}) =>
  new S3FileStore({
    endpoint: s3.url,
    bucket: BUCKET,
    region: 'cn-north-1',
    credentials: keys,
    forcePathStyle: true,
    ...change,
  });

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/yey-files-`);
  s3 = await startS3Server(BUCKET, keys);
});
afterAll(async () => {
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

const stores: [string, () => FileStore][] = [
  ['a folder', () => new LocalFileStore(folder)],
  ['a bucket', () => inBucket()],
];

describe.each(stores)('%s', (_name, make) => {
  test('gives back what it was given, bytes and size, and forgets what is deleted', async () => {
    const store = make();
    const bytes = randomBytes(300_000);
    const key = `attachment/att_${randomBytes(8).toString('hex')}/a-1`;
    expect(await codeOf(store.get(key))).toBe('NOT_FOUND');
    await store.put(key, bytes, 'image/png');
    const { stream, size } = await store.get(key);
    expect(size).toBe(bytes.length);
    expect((await buffer(stream)).equals(bytes)).toBe(true);
    await store.put(key, Buffer.from('x'), 'image/png');
    expect((await buffer((await store.get(key)).stream)).toString()).toBe('x');
    await store.delete(key);
    await store.delete(key);
    expect(await codeOf(store.get(key))).toBe('NOT_FOUND');
  });

  test('lists the keys that begin with a prefix, all pages of them, and nothing that is half written', async () => {
    const store = make();
    const names = Array.from({ length: 5 }, (_, index) => `listed/one-${index}/a`);
    for (const key of [...names, 'listed-otherwise/a']) await store.put(key, Buffer.from('x'), 'image/png');
    const found: string[] = [];
    for await (const key of store.keys('listed/')) found.push(key);
    expect(found.sort()).toEqual(names);
  });

  test.each(['', '/etc/passwd', '../a', 'a/../b', 'a//b', 'a/', 'a.b', 'a\\b', 'a\0b', 'ä', 'a'.repeat(201)])(
    'takes no key like %j',
    async (key) => {
      const store = make();
      for (const work of [store.get(key), store.delete(key), store.put(key, Buffer.from('x'), 'image/png')]) {
        expect(await codeOf(work)).toBe('Error: not a key of a file');
      }
    },
  );

  test('keeps one of several that come at once, whole', async () => {
    const store = make();
    const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(200_000, index + 1));
    await Promise.all(contents.map((each) => store.put('race/one', each, 'image/png')));
    const kept = await buffer((await store.get('race/one')).stream);
    expect(contents.some((each) => each.equals(kept))).toBe(true);
  });
});

describe('a folder', () => {
  test('holds nothing half written when writing fails, and says so', async () => {
    const own = mkdtempSync(`${tmpdir()}/yey-files-`);
    const store: FileStore = new LocalFileStore(own);
    const shelf = createHash('sha256').update('a/b').digest('hex').slice(0, 2);
    // Where the folder of the key should be, there is a file.
    writeFileSync(`${own}/${shelf}`, 'in the way');
    expect(await codeOf(store.put('a/b', Buffer.from('x'), 'image/png'))).toBe('UNAVAILABLE');
    expect(readdirSync(own)).toEqual([shelf]);
    await store.put('c/d', Buffer.from('x'), 'image/png');
    const names = readdirSync(own, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('/.'))).toEqual([]);
    rmSync(own, { recursive: true });
  });

  test('is readable by its owner alone', async () => {
    const own = `${folder}/private`;
    await new LocalFileStore(own).put('k', Buffer.from('x'));
    // As another user could not enter it; root can, so only the mode tells.
    expect(statSync(own).mode & 0o077).toBe(0);
  });
});

describe('a bucket', () => {
  test('keeps the type with the bytes', async () => {
    await inBucket().put('typed', Buffer.from('x'), 'application/dicom');
    expect(s3.objects.get(`/${BUCKET}/typed`)?.type).toBe('application/dicom');
    const client = new S3Client({ endpoint: s3.url, region: 'x-1', credentials: keys, forcePathStyle: true });
    expect(await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'typed' }))).toMatchObject({
      ContentLength: 1,
      ContentType: 'application/dicom',
    });
    client.destroy();
  });

  test.each([
    ['a wrong secret', { credentials: { ...keys, secretAccessKey: 'another' } }],
    ['a wrong key', { credentials: { ...keys, accessKeyId: 'another' } }],
    ['a bucket that is not there', { bucket: 'another' }],
    ['a server that is not there', { endpoint: 'http://127.0.0.1:1' }],
  ])('%s reads as an outage, never as a missing file', async (_what, change) => {
    await inBucket().put('there', Buffer.from('x'), 'image/png');
    const store = inBucket(change);
    expect(await codeOf(store.get('there'))).toBe('UNAVAILABLE');
    expect(await codeOf(store.put('new', Buffer.from('x'), 'image/png'))).toBe('UNAVAILABLE');
    expect(s3.objects.has(`/${BUCKET}/new`)).toBe(false);
  });

  test('a failure of the server that passes is not seen', async () => {
    const store = inBucket();
    s3.failures.push(500, 503);
    await store.put('again', Buffer.from('x'), 'image/png');
    s3.failures.push(500);
    expect((await store.get('again')).size).toBe(1);
  });

  test('the server of these tests refuses what is not signed', async () => {
    await inBucket().put('signed', Buffer.from('x'), 'image/png');
    const plain = await fetch(`${s3.url}/${BUCKET}/signed`);
    expect(plain.status).toBe(403);
    expect(await plain.text()).toContain('AccessDenied');
  });
});

test('the configuration chooses the store, and says what does not fit together', () => {
  const common = {
    FILE_URL_KEY: 'ab'.repeat(32),
    S3_REGION: 'us-east-1',
    S3_FORCE_PATH_STYLE: 'true' as const,
  };
  expect(fileStoreOf({ ...common, FILES_DIR: folder })).toBeInstanceOf(LocalFileStore);
  expect(fileStoreOf({ ...common, FILES_DIR: folder, S3_BUCKET: BUCKET })).toBeInstanceOf(S3FileStore);
  expect(storageProblems({ FILES_DIR: folder })).toEqual([]);
  expect(storageProblems({})).toEqual([expect.stringMatching(/^FILES_DIR: /)]);
  expect(storageProblems({ FILES_DIR: folder, S3_ENDPOINT: 'http://x' })).toEqual([
    expect.stringMatching(/^S3_BUCKET: /),
  ]);
  expect(storageProblems({ S3_BUCKET: BUCKET, S3_ACCESS_KEY_ID: 'a' })).toEqual([
    expect.stringMatching(/^S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: /),
  ]);
});
