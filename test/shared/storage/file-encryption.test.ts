import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { EncryptedFiles } from '../../../shared/storage/encrypted-files.ts';
import {
  encryptFile,
  FileDecryption,
  newFileKey,
  plainSizeOf,
} from '../../../shared/storage/file-encryption.ts';
import { LocalFileStore } from '../../../shared/storage/local-file-store.ts';
import { until } from '../../testkit/platform.ts';

const CHUNK = 64 * 1024;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/yey-encrypted-`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Streams bytes in pieces of a size through the decryption. */
async function decrypted(sealed: Buffer, key: Buffer, piece = 10_007): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(sealed.length / piece) }, (_, index) =>
    sealed.subarray(index * piece, (index + 1) * piece),
  );
  return buffer(Readable.from(pieces).pipe(new FileDecryption(key)));
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

test.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])(
  'a file of %i bytes comes back whole, in pieces of any size, and its size is known before',
  async (size) => {
    const plain = randomBytes(size);
    const key = newFileKey();
    const sealed = encryptFile(plain, key);
    expect(plainSizeOf(sealed.length)).toBe(size);
    for (const piece of [sealed.length, 1 + CHUNK + 16, 4099]) {
      expect((await decrypted(sealed, key, piece)).equals(plain)).toBe(true);
    }
  },
);

test('what was changed, cut off, moved, repeated or belongs to another key is not given out as whole', async () => {
  const key = newFileKey();
  const sealed = encryptFile(randomBytes(3 * CHUNK), key);
  const chunk = (number: number) => sealed.subarray(number * (CHUNK + 16), (number + 1) * (CHUNK + 16));
  const flipped = Buffer.from(sealed);
  flipped.writeUInt8(flipped.readUInt8(CHUNK + 100) ^ 1, CHUNK + 100);
  const wrong: [string, Buffer, Buffer][] = [
    ['changed', flipped, key],
    ['without its last chunk', Buffer.concat([chunk(0), chunk(1)]), key],
    ['cut off', sealed.subarray(0, -1), key],
    ['empty', Buffer.alloc(0), key],
    ['with two chunks changed over', Buffer.concat([chunk(1), chunk(0), chunk(2)]), key],
    ['with a chunk twice', Buffer.concat([chunk(0), chunk(0), chunk(1), chunk(2)]), key],
    ['under another key', sealed, newFileKey()],
  ];
  for (const [what, bytes, by] of wrong) {
    expect(await codeOf(decrypted(bytes, by)), what).toBe('DECRYPT_FAILED');
  }
});

test('the store sees nothing of a content, and the key serves its own row alone', async () => {
  const cipher = new FieldCipher({ active: 'k1', keys: { k1: randomBytes(32).toString('hex') } });
  const store = new LocalFileStore(folder);
  const files = new EncryptedFiles(store, cipher, 'attachment', 'attachment');
  const content = Buffer.from('出院诊断：冠状动脉粥样硬化性心脏病'.repeat(5000));
  const sha256 = 'ab'.repeat(32);
  const one = { id: 'att_1', sha256, ...(await files.put('att_1', content)) };
  const { stream, size } = await files.get(one);
  expect(size).toBe(content.length);
  expect((await buffer(stream)).equals(content)).toBe(true);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`);
  const kept = paths.filter((path) => statSync(path).isFile());
  expect(kept).toHaveLength(1);
  for (const path of kept) expect(readFileSync(path).includes(Buffer.from('冠状动脉'))).toBe(false);
  // A file and its key that were moved to another row.
  await store.put(`attachment/att_2/${one.storedAs}`, readFileSync(kept[0] ?? ''));
  expect(await codeOf(files.get({ ...one, id: 'att_2' }))).toBe('DECRYPT_FAILED');

  // What an earlier release kept in clear is read as it is, and encrypted once.
  const old = { id: 'att_3', sha256, storedAs: null, fileKey: null };
  await store.put(`attachment/att_3/${sha256}`, content);
  expect((await buffer((await files.get(old)).stream)).equals(content)).toBe(true);
  const made: Record<string, string>[] = [];
  const keep = async (file: Record<'storedAs' | 'fileKey', string>) => made.push(file) === 1;
  expect(await files.encryptOld(old, keep)).toBe(true);
  expect(await codeOf(files.get(old))).toBe('NOT_FOUND');
  const [now] = made;
  const row = { ...old, storedAs: now?.storedAs ?? '', fileKey: now?.fileKey ?? '' };
  expect((await buffer((await files.get(row)).stream)).equals(content)).toBe(true);
});

test('no file is opened whose key cannot be read, and a reader that goes away is no error', async () => {
  const cipher = new FieldCipher({ active: 'k1', keys: { k1: randomBytes(32).toString('hex') } });
  const store = new LocalFileStore(folder);
  const files = new EncryptedFiles(store, cipher, 'attachment', 'gone');
  const row = { id: 'att_4', sha256: null, ...(await files.put('att_4', randomBytes(8 * CHUNK))) };
  const opened = vi.spyOn(store, 'get');
  expect(await codeOf(files.get({ ...row, fileKey: row.fileKey.slice(0, -4) }))).toBe('DECRYPT_FAILED');
  expect(opened).not.toHaveBeenCalled();

  const told: string[] = [];
  for (const level of ['info', 'error'] as const) {
    vi.spyOn(logger(), level).mockImplementation(() => void told.push(level));
  }
  const { stream } = await files.get(row);
  stream.once('data', () => stream.destroy());
  await until(() => told.length > 0);
  await store.put(`gone/att_4/${row.storedAs}`, randomBytes(100));
  expect(await codeOf(buffer((await files.get(row)).stream))).toBe('DECRYPT_FAILED');
  await until(() => told.length > 1);
  expect(told).toEqual(['info', 'error']);
});
