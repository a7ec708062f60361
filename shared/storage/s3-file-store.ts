import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type * as S3 from '@aws-sdk/client-s3';
import { AppError } from '../errors/app-error.ts';
import { ignoreError } from '../http/ignore-error.ts';
import { logger } from '../logging/logger.ts';
import { assertKey, type FileStore, type StoredFile } from './file-store.ts';

/** The SDK, read when there is a bucket: it takes a third of a second, and most processes have none. */
function loadSdk(): typeof S3 {
  return createRequire(import.meta.url)('@aws-sdk/client-s3') as typeof S3;
}

export interface S3Place {
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined;
  readonly bucket: string;
  readonly region: string;
  /** Undefined: those of the machine's role. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** The bucket as first part of the path rather than of the host name, as most servers of one's own want it. */
  readonly forcePathStyle: boolean;
}

/** Files in a bucket of any server that speaks S3. */
export class S3FileStore implements FileStore {
  readonly #sdk = loadSdk();
  readonly #client: S3.S3Client;
  readonly #bucket: string;

  constructor({ endpoint, bucket, region, credentials, forcePathStyle }: S3Place) {
    this.#bucket = bucket;
    this.#client = new this.#sdk.S3Client({
      region,
      forcePathStyle,
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials && { credentials }),
      maxAttempts: 3,
      // Checksums of Amazon's own kind are refused by other servers; the signature covers the bytes anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 3000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    });
  }

  async put(key: string, bytes: Buffer, type: string): Promise<void> {
    assertKey(key);
    const object = { Body: bytes, ContentLength: bytes.length, ContentType: type };
    await this.#send(() =>
      this.#client.send(new this.#sdk.PutObjectCommand({ Bucket: this.#bucket, Key: key, ...object })),
    );
  }

  async get(key: string): Promise<StoredFile> {
    assertKey(key);
    const { Body, ContentLength } = await this.#send(() =>
      this.#client.send(new this.#sdk.GetObjectCommand({ Bucket: this.#bucket, Key: key })),
    );
    if (!(Body instanceof Readable) || ContentLength === undefined) {
      throw unavailable(new Error('an answer without body or length'));
    }
    return { stream: Body.on('error', ignoreError), size: ContentLength };
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    await this.#send(() =>
      this.#client.send(new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: key })),
    );
  }

  async *keys(prefix: string): AsyncGenerator<string, void, void> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#send(() =>
        this.#client.send(
          new this.#sdk.ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken }),
        ),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async #send<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      // A bucket that is missing is a fault of the installation, not of the caller.
      if (error instanceof this.#sdk.S3ServiceException && error.name === 'NoSuchKey') {
        throw new AppError('NOT_FOUND', { what: 'File' }, { cause: error });
      }
      throw unavailable(error);
    }
  }
}

function unavailable(error: unknown): AppError {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  logger().error({ reason }, 'file store failed');
  return new AppError('UNAVAILABLE', { service: 'files' }, { cause: error });
}
