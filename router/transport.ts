import type { FastifyRequest } from 'fastify';
import { type ASTNode, type GraphQLError, Kind } from 'graphql';
import { AppError } from '../shared/errors/app-error.ts';

/** Ways to ask that some clients have and that are not offered here; the page of the code says what to do instead. */
type Transport =
  'BATCHING' | 'SSE' | 'MULTIPART_REQUEST' | 'INCREMENTAL_DELIVERY' | 'CONTENT_TYPE' | 'ACCEPT';

/** That a request asks in a way that is not offered. */
class UnsupportedTransport extends AppError {
  /** Of the answer by HTTP: 400, 406 or 415 (GraphQL over HTTP, section 6). */
  readonly statusCode: number;

  constructor(transport: Transport, statusCode: number) {
    super('TRANSPORT_NOT_SUPPORTED', { transport });
    this.statusCode = statusCode;
  }
}

/** Whether a browser has opened the address, instead of a client that asks something. */
export function wantsPage({ method, headers, query }: FastifyRequest): boolean {
  const accepted = mediaTypes(headers.accept);
  if (method !== 'GET' || !accepted.includes('text/html') || accepted.some(isJson)) return false;
  const asked = Object.keys(query as Record<string, unknown>);
  return !asked.includes('query') && !asked.includes('extensions');
}

/**
 * Refuses by its headers a request that is answered in a form that is not offered, or whose body is no JSON.
 * @throws AppError TRANSPORT_NOT_SUPPORTED
 */
export function assertTransport({ method, headers }: FastifyRequest): void {
  const accepted = mediaTypes(headers.accept);
  const takesJson = accepted.length === 0 || accepted.some((each) => isJson(each) || isAnything(each));
  if (!takesJson) {
    if (accepted.includes('text/event-stream')) throw new UnsupportedTransport('SSE', 406);
    if (accepted.includes('multipart/mixed')) throw new UnsupportedTransport('INCREMENTAL_DELIVERY', 406);
    throw new UnsupportedTransport('ACCEPT', 406);
  }
  if (method !== 'POST') return;
  // A page of elsewhere may send anything but JSON without asking first (Fetch, section 2.2.2).
  const [type] = mediaTypes(headers['content-type']);
  if (type === 'application/json') return;
  throw new UnsupportedTransport(type === 'multipart/form-data' ? 'MULTIPART_REQUEST' : 'CONTENT_TYPE', 415);
}

/** Refuses several operations in one request. @throws AppError TRANSPORT_NOT_SUPPORTED */
export function assertOneOperation(body: unknown): void {
  if (Array.isArray(body)) throw new UnsupportedTransport('BATCHING', 400);
}

/** What a document is told that asks for its answer in parts, which the rules of validation know nothing of. */
export function incrementalRefusal({ nodes }: GraphQLError): AppError | undefined {
  return nodes?.some(isIncremental) ? new UnsupportedTransport('INCREMENTAL_DELIVERY', 400) : undefined;
}

function isIncremental(node: ASTNode): boolean {
  return node.kind === Kind.DIRECTIVE && ['defer', 'stream'].includes(node.name.value);
}

/** Of a header as `Accept` or `Content-Type`, in lower case, without parameters and without what is not wanted (q=0). */
function mediaTypes(header: string | undefined): string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*(;|$)/.test(each))
    .map((each) => each.replace(/;.*$/s, '').trim())
    .filter(Boolean);
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/graphql-response+json';
}

function isAnything(type: string): boolean {
  return type === '*/*' || type === 'application/*';
}
