import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { until } from './platform.ts';

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Server {
  readonly url: string;
  /** What it keeps, by `/bucket/key`. */
  readonly objects: Map<string, { bytes: Buffer; type: string }>;
  /** The statuses that it gives next, before it does anything. */
  readonly failures: number[];
  readonly close: () => Promise<void>;
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
const MAX_SKEW_MS = 15 * 60_000;
/** Small, so that every list has several pages. */
const LIST_PAGE = 2;

class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** As RFC 3986 has it, which SigV4 asks for. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signature Version 4 of a request in its header, computed from what arrived. @throws S3Error as S3 answers */
function authenticate(request: IncomingMessage, body: Buffer, keys: S3Keys): void {
  const { headers, method = '', url = '/' } = request;
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) throw new S3Error(403, 'AccessDenied');
  const [, keyId, day = '', region = '', names = '', signature = ''] = given;
  if (keyId !== keys.accessKeyId) throw new S3Error(403, 'InvalidAccessKeyId');
  const time = String(headers['x-amz-date']);
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!time.startsWith(day) || !(Math.abs(Date.now() - at) < MAX_SKEW_MS)) {
    throw new S3Error(403, 'RequestTimeTooSkewed');
  }
  const signed = names.split(';');
  for (const needed of ['host', 'x-amz-date', 'x-amz-content-sha256']) {
    if (!signed.includes(needed)) throw new S3Error(403, 'AccessDenied');
  }
  const hash = String(headers['x-amz-content-sha256']);
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body))
    throw new S3Error(400, 'XAmzContentSHA256Mismatch');
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const query = Array.from(searchParams, ([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const lines = signed.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`);
  const path = pathname
    .split('/')
    .map((part) => encoded(decodeURIComponent(part)))
    .join('/');
  const canonical = [method, path, query.join('&'), ...lines, '', names, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [region, 's3', 'aws4_request'].reduce(
    (last: Buffer, part) => hmac(last, part),
    hmac(`AWS4${keys.secretAccessKey}`, day),
  );
  if (!timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'))) {
    throw new S3Error(403, 'SignatureDoesNotMatch');
  }
}

/** A page of ListObjectsV2; the token is the last key of the page before. */
function listing(names: string[], query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const found = names.filter((name) => name.startsWith(prefix) && name > after).sort();
  const page = found.slice(0, LIST_PAGE);
  const next =
    found.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('');
  return `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

/** As much of S3 as a file store needs, on loopback: PUT, GET, HEAD, DELETE and the list of one bucket, path style. */
export async function startS3Server(bucket: string, keys: S3Keys): Promise<S3Server> {
  const objects: S3Server['objects'] = new Map();
  const failures: number[] = [];

  function serve(request: IncomingMessage, body: Buffer): { status: number; type?: string; body?: Buffer } {
    const failure = failures.shift();
    if (failure !== undefined) throw new S3Error(failure, 'InternalError');
    authenticate(request, body, keys);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const path = decodeURIComponent(pathname);
    if (request.method === 'GET' && path.replace(/\/$/, '') === `/${bucket}`) {
      const names = Array.from(objects.keys(), (each) => each.slice(bucket.length + 2));
      return { status: 200, type: 'application/xml', body: Buffer.from(listing(names, searchParams)) };
    }
    if (!path.startsWith(`/${bucket}/`)) throw new S3Error(404, 'NoSuchBucket');
    if (request.method === 'PUT') {
      objects.set(path, { bytes: body, type: String(request.headers['content-type']) });
      return { status: 200 };
    }
    if (request.method === 'DELETE') {
      objects.delete(path);
      return { status: 204 };
    }
    const found = objects.get(path);
    if (!found) throw new S3Error(404, 'NoSuchKey');
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new S3Error(405, 'MethodNotAllowed');
    return { status: 200, type: found.type, body: found.bytes };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        const { status, type, body } = serve(request, Buffer.concat(chunks));
        response.writeHead(status, {
          'content-length': body?.length ?? 0,
          ...(type !== undefined && { 'content-type': type }),
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      } catch (error) {
        const { status, code } = error instanceof S3Error ? error : new S3Error(500, 'InternalError');
        response.writeHead(status, { 'content-type': 'application/xml' });
        const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
        response.end(request.method === 'HEAD' ? undefined : xml);
      }
    });
  }).listen(0, '127.0.0.1');
  await until(() => server.listening);
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    objects,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
