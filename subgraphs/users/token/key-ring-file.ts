import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors/app-error.ts';
import { formatKeyRing, type KeyRing, parseKeyRing } from './key-ring.ts';

/** A change that takes longer has died, ms. */
const ABANDONED_MS = 60_000;

/**
 * Replaces the ring in a file as one step, so that whoever reads it finds the old or the new one; two changes at once
 * are kept apart.
 * @param before runs when the change is known to be possible and before it is made.
 * @throws AppError CONFLICT_RETRY; what `change` and `before` throw, and then nothing is changed
 */
export async function changeKeyRing(
  file: string,
  change: (ring: KeyRing) => KeyRing,
  before: (next: KeyRing) => Promise<void>,
): Promise<KeyRing> {
  const draft = `${file}.new`;
  const handle = await exclusively(draft);
  try {
    const next = change(parseKeyRing(await readFile(file, 'utf8')));
    const { uid, gid, mode } = await stat(file);
    await handle.writeFile(formatKeyRing(next));
    await handle.chmod(mode & 0o777);
    // Who changes it may be another user than who reads it.
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.sync();
    await before(next);
    await rename(draft, file);
    return next;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function exclusively(draft: string): Promise<FileHandle> {
  try {
    return await open(draft, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(draft);
    if (Date.now() - mtimeMs < ABANDONED_MS) throw new AppError('CONFLICT_RETRY', {}, { cause: error });
    await rm(draft, { force: true });
    return open(draft, 'wx', 0o600);
  }
}
