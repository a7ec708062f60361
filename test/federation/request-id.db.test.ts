import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, subscribe, tokenOf } from '../testkit/client.ts';
import { until } from '../testkit/platform.ts';
import { rows } from '../testkit/rows.ts';

const ADD = 'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }';

/** The lines of a kind of log that carry a request id. */
function linesOf(requestId: string, kind: RegExp): string[] {
  const dir = `${inject('platformDir')}/logs`;
  return readdirSync(dir)
    .filter((name) => kind.test(name))
    .flatMap((name) => readFileSync(`${dir}/${name}`, 'utf8').split('\n'))
    .filter((line) => line.includes(requestId));
}

test('one request id: in the header, the audit, the outbox of what follows, and the log of SQL', async () => {
  const requestId = `req-${randomUUID()}`;
  const input = {
    name: '测试',
    relation: 'OTHER',
    birthDate: '1980-01-01',
    sex: 'MALE',
    idempotencyKey: randomUUID(),
  };
  const token = tokenOf('张伟');
  const answer = await ask(ADD, { input }, { token, headers: { 'x-request-id': requestId } });
  expect(answer.requestId).toBe(requestId);
  const { id } = (answer.data ?? {}).addPatient as { id: string };
  const [entry] = await rows(
    'SELECT request_id, actor FROM yey_users_audit.audit_entry WHERE subject_id = ?',
    [id],
  );
  expect(entry).toEqual({ request_id: requestId, actor: stableId('acc', 'demo-patient-02') });
  await until(() => linesOf(requestId, /^sql-users\.log$/).length > 0);
  for (const line of linesOf(requestId, /^sql-users\.log$/)) {
    expect(line).not.toContain('测试');
    expect(line).not.toContain(input.idempotencyKey);
  }
});

test('one request id: in the header, the error and the error of a socket', async () => {
  const requestId = `req-${randomUUID()}`;
  const headers = { 'x-request-id': requestId };
  const id = stableId('con', 'nobody');
  const refused = await ask(
    'query ($id: ID!) { consultation(id: $id) { id } }',
    { id },
    { token: tokenOf('张伟'), headers },
  );
  expect(refused.requestId).toBe(requestId);
  expect(refused.errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', requestId });
  const reader = subscribe(
    'subscription ($id: ID!) { chatMessageAdded(consultationId: $id) { seq } }',
    { id },
    { token: tokenOf('张伟'), headers },
  );
  expect(await reader.next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND', requestId } }] });
  await reader.close();
});

test('no answer is kept by anything between the platform and its client', async () => {
  const answer = await fetch(`${inject('platformUrl')}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf('张伟')}` },
    body: JSON.stringify({ query: '{ me { id } myPatients { id name } }' }),
  });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toMatchObject({ data: { me: { id: stableId('acc', 'demo-patient-02') } } });
});
