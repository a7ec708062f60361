import { readdirSync, readFileSync } from 'node:fs';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { inRequest } from '../../shared/context/request-context.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { catalogue, type ErrorCode, messageOf } from '../../shared/errors/catalogue.ts';
import { formatGraphqlError } from '../../shared/errors/format.ts';

const request = {
  requestId: 'req-1',
  traceparent: '',
  locale: 'en',
  actorId: 'anonymous',
  needsLatest: false,
};
const format = (error: Error) => {
  const outer = new GraphQLError(error.message, { originalError: error, path: ['me'] });
  return inRequest(request, () => formatGraphqlError(outer.toJSON(), outer));
};

test('every code has a page, and every page a code', () => {
  const pages = readdirSync('shared/errors/pages').map((name) => name.replace(/\.md$/, ''));
  expect(pages.toSorted()).toEqual(Object.keys(catalogue).toSorted());
  for (const page of pages) {
    expect(readFileSync(`shared/errors/pages/${page}.md`, 'utf8').split('\n')[0]).toBe(`# ${page}`);
  }
});

test('every message has the same parameters in both languages', () => {
  const parameters = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted();
  for (const { en, zh } of Object.values(catalogue)) expect(parameters(en)).toEqual(parameters(zh));
});

test('an error on purpose leaves with code, params, request id and retryability', () => {
  expect(format(new AppError('UNAVAILABLE', { service: 'database' }))).toEqual({
    message: 'database is not available just now.',
    path: ['me'],
    extensions: { code: 'UNAVAILABLE', params: { service: 'database' }, requestId: 'req-1', retryable: true },
  });
});

test('anything else is masked', () => {
  const secret = 'ER_DUP_ENTRY: Duplicate entry 13800000001 for key phone';
  const masked = JSON.stringify(format(new Error(secret)));
  expect(masked).toContain('INTERNAL');
  expect(masked).not.toContain('13800000001');
});

test('the text of a parameter is never taken for a template', () => {
  const code: ErrorCode = 'VALIDATION_FAILED';
  expect(messageOf(code, { field: '{reason}', reason: 'x' }, 'en')).toBe('{reason}: x');
});

test('what graphql-js says of a variable does not repeat its value', () => {
  const said =
    'Variable "$input" got invalid value "李晓梅" at "input.sex"; Value "李晓梅" does not exist in "Sex" enum.';
  const error = new GraphQLError(said, { extensions: { code: 'BAD_USER_INPUT' } });
  const { message } = inRequest(request, () => formatGraphqlError(error.toJSON(), error));
  expect(message).toBe('Variable "$input" got an invalid value at "input.sex".');
});
