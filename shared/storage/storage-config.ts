import { z } from 'zod';
import type { FileStore } from './file-store.ts';
import { LocalFileStore } from './local-file-store.ts';
import { S3FileStore } from './s3-file-store.ts';

/** The variables of a subgraph that keeps files; {@link storageProblems} tells what they must be together. */
export const storageVariables = {
  FILE_URL_KEY: z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal'),
  FILES_DIR: z.string().min(1).optional(),
  S3_ENDPOINT: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be an http:// address')
    .optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_FORCE_PATH_STYLE: z.enum(['true', 'false']).default('true'),
};

export type StorageValues = z.infer<z.ZodObject<typeof storageVariables>>;

/** What is wrong with variables that only make sense together, each problem with the name of its variable. */
export function storageProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  const problems: string[] = [];
  if (!env.S3_BUCKET && !env.FILES_DIR) {
    problems.push('FILES_DIR: is needed, a folder to keep files in, or else S3_BUCKET');
  }
  if (env.S3_ENDPOINT && !env.S3_BUCKET) problems.push('S3_BUCKET: is needed with S3_ENDPOINT');
  if (Boolean(env.S3_ACCESS_KEY_ID) !== Boolean(env.S3_SECRET_ACCESS_KEY)) {
    problems.push('S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: go together');
  }
  return problems;
}

/** The store that the configuration asks for: a bucket where one is named, else the folder. */
export function fileStoreOf(values: StorageValues): FileStore {
  const { S3_BUCKET, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (S3_BUCKET === undefined) return new LocalFileStore(values.FILES_DIR ?? '');
  return new S3FileStore({
    endpoint: values.S3_ENDPOINT,
    bucket: S3_BUCKET,
    region: values.S3_REGION,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    forcePathStyle: values.S3_FORCE_PATH_STYLE === 'true',
  });
}
