import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, opendir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { ignoreError } from '../http/ignore-error.ts';
import { logger } from '../logging/logger.ts';
import { assertKey, type FileStore, type StoredFile } from './file-store.ts';

/** Files in a folder of this machine, or one that several machines mount. */
export class LocalFileStore implements FileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    const path = this.#pathOf(key);
    const folder = dirname(path);
    // A dot can stand in no key, so a half written file is never taken for a whole one.
    const half = join(folder, `.${randomBytes(12).toString('hex')}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeDurably(half, bytes);
      await rename(half, path);
      await syncFolder(folder);
    } catch (error) {
      await rm(half, { force: true }).catch(() => undefined);
      throw unavailable(error);
    }
  }

  async get(key: string): Promise<StoredFile> {
    const path = this.#pathOf(key);
    try {
      const file = await open(path, 'r');
      const { size } = await file.stat();
      return { stream: file.createReadStream().on('error', ignoreError), size };
    } catch (error) {
      if (isMissing(error)) throw new AppError('NOT_FOUND', { what: 'File' });
      throw unavailable(error);
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true }).catch((error: unknown) => {
      throw unavailable(error);
    });
  }

  async *keys(prefix: string): AsyncGenerator<string, void, void> {
    try {
      for await (const entry of await opendir(this.#folder, { recursive: true })) {
        // A dot is in the name of what is only half written.
        if (!entry.isFile() || entry.name.startsWith('.')) continue;
        const [, ...key] = relative(this.#folder, join(entry.parentPath, entry.name)).split(sep);
        if (key.join('/').startsWith(prefix)) yield key.join('/');
      }
    } catch (error) {
      // No file was put yet.
      if (!isMissing(error)) throw unavailable(error);
    }
  }

  /** Spread over 256 folders: listing one with a million entries takes long. */
  #pathOf(key: string): string {
    assertKey(key);
    const shelf = createHash('sha256').update(key).digest('hex').slice(0, 2);
    return join(this.#folder, shelf, key);
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The name of a file is durable only with its folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unavailable(error: unknown): AppError {
  logger().error({ err: error }, 'file store failed');
  return new AppError('UNAVAILABLE', { service: 'files' }, { cause: error });
}
