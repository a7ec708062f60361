import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const dump = z.object({ sha256: digest, rows: z.record(z.string(), z.number().int().min(0)) });

const manifestSchema = z.object({
  format: z.literal(1),
  subgraph: z.string(),
  engine: z.enum(['mysql', 'mariadb']),
  /** When the snapshot began, ISO 8601 in UTC. */
  takenAt: z.iso.datetime(),
  /** A text that only the keys of its encrypted columns, and the key of its audit chain, can have written. */
  keyCheck: z.object({ field: z.string(), audit: digest }),
  /** Where its own events stood. */
  events: z.object({ epoch: z.string(), lastSeq: z.number().int().min(0) }),
  /** Names of the migrations that its schema has. */
  migrations: z.array(z.string()),
  /** The dump of the schema and that of its audit schema, with the number of rows of each table. */
  data: dump,
  audit: dump,
  /** Files by their key in the store; their bytes stand under the digest. */
  files: z.array(z.object({ key: z.string(), size: z.number().int().min(0), sha256: digest })),
});

/** What a backup holds; it is written last, so that a folder without one is no backup. */
export type Manifest = z.infer<typeof manifestSchema>;
export type SchemaPart = 'data' | 'audit';

const NAME = 'manifest.json';

export const dumpFile = (folder: string, part: SchemaPart) => join(folder, `${part}.sql.gz`);
export const copyOf = (folder: string, sha256: string) => join(folder, 'files', sha256);

/** @throws AppError RESTORE_REFUSED where there is no whole backup of that subgraph */
export async function readManifest(folder: string, subgraph: string): Promise<Manifest> {
  const text = await readFile(join(folder, NAME), 'utf8').catch(() => undefined);
  if (text === undefined) throw refused(`${folder} holds no finished backup`);
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw refused(`${folder}/${NAME} is not a manifest that this release reads`);
  if (parsed.data.subgraph !== subgraph) throw refused(`${folder} is a backup of ${parsed.data.subgraph}`);
  return parsed.data;
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, `${NAME}.new`), `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
  await rename(join(folder, `${NAME}.new`), join(folder, NAME));
}

export async function hasManifest(folder: string): Promise<boolean> {
  return readFile(join(folder, NAME)).then(
    () => true,
    () => false,
  );
}

/** Hexadecimal SHA-256 of a file. @throws Error when it can't be read */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

export function refused(reason: string): AppError {
  return new AppError('RESTORE_REFUSED', { reason });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
