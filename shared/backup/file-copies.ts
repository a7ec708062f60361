import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors/app-error.ts';
import type { FileStore } from '../storage/file-store.ts';
import { copyOf, type Manifest, refused, sha256OfFile } from './manifest.ts';

/** The files that one subgraph keeps in a store that others may share. */
export interface KeptFiles {
  readonly store: FileStore;
  /** What the keys of its files begin with. */
  readonly prefixes: readonly string[];
}

/** Copies every file of a subgraph as it is stored, encrypted or not. One that is deleted meanwhile is left out. */
export async function copyFiles({ store, prefixes }: KeptFiles, folder: string): Promise<Manifest['files']> {
  await mkdir(join(folder, 'files'), { recursive: true, mode: 0o700 });
  const copied: Manifest['files'] = [];
  for (const prefix of prefixes) {
    for await (const key of store.keys(prefix)) {
      const copy = await copyFile(store, key, folder);
      if (copy !== undefined) copied.push(copy);
    }
  }
  return copied;
}

async function copyFile(
  store: FileStore,
  key: string,
  folder: string,
): Promise<Manifest['files'][number] | undefined> {
  const half = join(folder, 'files', `.${randomBytes(12).toString('hex')}`);
  const hash = createHash('sha256');
  let size = 0;
  try {
    const { stream } = await store.get(key);
    const measured = async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    };
    await pipeline(stream, measured, createWriteStream(half, { mode: 0o600 }));
  } catch (error) {
    await rm(half, { force: true });
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
  const sha256 = hash.digest('hex');
  await rename(half, copyOf(folder, sha256));
  return { key, size, sha256 };
}

/** @throws AppError RESTORE_REFUSED when a copy is missing or was changed */
export async function checkFiles(folder: string, files: Manifest['files']): Promise<void> {
  for (const { key, sha256 } of files) {
    const found = await sha256OfFile(copyOf(folder, sha256)).catch(() => undefined);
    if (found !== sha256) throw refused(`the copy of file ${key} is ${found ? 'changed' : 'missing'}`);
  }
}

/** Puts back what the store lacks or holds otherwise; what it has beside that stays. @returns how many files */
export async function putFilesBack(
  { store }: KeptFiles,
  folder: string,
  files: Manifest['files'],
): Promise<number> {
  let put = 0;
  for (const { key, sha256 } of files) {
    if ((await storedDigest(store, key)) === sha256) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(copyOf(folder, sha256)) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
    }
    await store.put(key, Buffer.concat(chunks), 'application/octet-stream');
    put += 1;
  }
  return put;
}

async function storedDigest(store: FileStore, key: string): Promise<string | undefined> {
  try {
    const hash = createHash('sha256');
    const { stream } = await store.get(key);
    for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
