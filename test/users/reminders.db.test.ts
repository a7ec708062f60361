import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Audit } from '../../shared/audit/audit.ts';
import type { Actor } from '../../shared/context/actor.ts';
import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import {
  type ObservationServices,
  wireObservations,
} from '../../subgraphs/users/observation/observation.wiring.ts';
import {
  OccurrenceStatus,
  ReminderKind,
  ReminderStatus,
} from '../../subgraphs/users/reminder/reminder.entity.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { rows, asAdministrator } from '../testkit/rows.ts';
import { type Scratch, scratchSubgraph } from '../testkit/scratch.ts';
import { added, codesOf, times } from './some-patients.ts';

const HOUR_MS = 3_600_000;
let scratch: Scratch;
let now = new Date('2026-03-02T00:00:00.000Z');
/** Two processes of the subgraph. */
let one: ObservationServices;
let other: ObservationServices;
let laid: LaidFoundation;

beforeAll(async () => {
  scratch = await scratchSubgraph(database);
  const clock = () => now;
  const { config, cipher, wake, place } = scratch;
  const wired = (db: Scratch['db']) =>
    wireObservations({ config, db, cipher, wake, audit: new Audit(db, place, wake, clock), now: clock });
  one = wired(scratch.db);
  other = wired(await scratch.open());
  laid = await layFoundation(loadUsersConfig(benchEnvironment(inject('platformDir'))), database);
});
afterAll(async () => {
  await scratch.close();
  await laid.close();
});

async function own<T>(sql: string, values: unknown[]): Promise<T[]> {
  const [found] = await scratch.admin.query(sql.replaceAll('@', `\`${scratch.schema}\`.`), values);
  return found as T[];
}

async function somebody(): Promise<{ actor: Actor; accountId: string; patientId: string }> {
  const [accountId, patientId] = [newId('acc'), newId('pat')];
  await own('INSERT INTO @account SET ?', [{ id: accountId, display_name: 'x', created_at: now }]);
  const words = { relation: 'CHILD', name: 'x', sex: 'MALE', birth_date: '2000-01-01', archive_version: 1 };
  await own('INSERT INTO @patient SET ?', [
    { id: patientId, account_id: accountId, created_at: now, ...words },
  ]);
  return { actor: { kind: 'account', accountId, sessionId: 's', grants: [] }, accountId, patientId };
}

const reminderFor = (patientId: string, schedule: object = {}) => ({
  patientId,
  kind: ReminderKind.MEDICATION,
  title: '服用二甲双胍',
  note: '饭后',
  schedule: { times: ['20:00', '08:00'], everyDays: 1, ...schedule },
  idempotencyKey: randomUUID(),
});
const occurrencesOf = (reminderId: string) =>
  own<{ id: string; status: string; due_at: Date; seq: number }>(
    'SELECT id, status, due_at, seq FROM @reminder_occurrence WHERE reminder_id = ? ORDER BY due_at',
    [reminderId],
  );
const at = (text: string) => {
  now = new Date(text);
};
const statesOf = async (reminderId: string) => (await occurrencesOf(reminderId)).map((each) => each.status);

test('what is due is written down once, whoever looks how often; the clock makes it overdue and missed', async () => {
  at('2026-03-02T00:00:00.000Z');
  const { actor, accountId, patientId } = await somebody();
  const id = await one.reminders.create(actor, reminderFor(patientId));
  await one.occurrences.tick();
  expect(await occurrencesOf(id)).toEqual([]);
  at('2026-03-02T12:00:00.000Z');
  await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).occurrences.tick()));
  const [due, ...more] = await occurrencesOf(id);
  expect(more).toEqual([]);
  expect(due).toMatchObject({ status: 'DUE', due_at: new Date('2026-03-02T12:00:00.000Z'), seq: 1 });
  at('2026-03-02T13:00:00.000Z');
  await Promise.all([one.occurrences.tick(), other.occurrences.tick()]);
  expect(await statesOf(id)).toEqual(['OVERDUE']);
  at('2026-03-03T00:00:00.000Z');
  await Promise.all([one.occurrences.tick(), other.occurrences.tick()]);
  expect(await statesOf(id)).toEqual(['MISSED', 'DUE']);
  // Three days without a process: all is there afterwards, nobody is told of what cannot be made up for.
  at('2026-03-06T00:30:00.000Z');
  await one.occurrences.tick();
  await one.occurrences.tick();
  const all = await occurrencesOf(id);
  expect(all.map(({ status, seq }) => [status, seq])).toEqual([
    ['MISSED', 1],
    ['MISSED', 2],
    ['MISSED', 0],
    ['MISSED', 0],
    ['MISSED', 0],
    ['MISSED', 0],
    ['MISSED', 0],
    ['DUE', 3],
  ]);
  expect((await one.reminderStore.waitingAfter(accountId, 0, 10)).map(({ seq }) => seq)).toEqual([3]);
  const [row] = await own<{ title: string; note: string }>('SELECT title, note FROM @reminder WHERE id = ?', [
    id,
  ]);
  expect([row?.title, row?.note].join()).not.toMatch(/二甲|饭后/);
});

test('snoozed comes back with a new number; done is done once; a cancelled reminder takes what waits with it', async () => {
  at('2026-04-01T00:00:00.000Z');
  const { actor, accountId, patientId } = await somebody();
  const id = await one.reminders.create(
    actor,
    reminderFor(patientId, { times: ['09:00'], until: '2026-04-02' }),
  );
  at('2026-04-01T01:00:00.000Z');
  await one.occurrences.tick();
  const [first] = await occurrencesOf(id);
  const occurrenceId = first?.id ?? '';
  await one.occurrences.snooze(actor, { occurrenceId, minutes: 30, idempotencyKey: randomUUID() });
  expect(await one.reminderStore.waitingAfter(accountId, 0, 10)).toEqual([]);
  at('2026-04-01T01:30:00.000Z');
  await one.occurrences.tick();
  expect(await occurrencesOf(id)).toMatchObject([{ status: 'DUE', seq: 2 }]);
  const key = randomUUID();
  await Promise.all(
    Array.from({ length: 6 }, () => one.occurrences.complete(actor, { occurrenceId, idempotencyKey: key })),
  );
  await expect(
    one.occurrences.complete(actor, { occurrenceId, idempotencyKey: randomUUID() }),
  ).rejects.toMatchObject({
    code: 'REMINDER_STATE',
    params: { status: OccurrenceStatus.DONE },
  });
  const move = (
    expectedVersion: number,
    to: ReminderStatus.PAUSED | ReminderStatus.ACTIVE | ReminderStatus.CANCELLED,
  ) => one.reminders.move(actor, { reminderId: id, expectedVersion }, to);
  const moves = await Promise.allSettled(Array.from({ length: 5 }, () => move(1, ReminderStatus.PAUSED)));
  expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  at('2026-04-02T00:30:00.000Z');
  await move(2, ReminderStatus.ACTIVE);
  at('2026-04-02T01:00:00.000Z');
  await one.occurrences.tick();
  expect(await statesOf(id)).toEqual(['DONE', 'DUE']);
  // Its last day has come: it is over by itself.
  await expect(move(4, ReminderStatus.CANCELLED)).rejects.toMatchObject({ code: 'REMINDER_STATE' });
  const next = await one.reminders.create(actor, reminderFor(patientId, { times: ['09:30'] }));
  at('2026-04-02T01:30:00.000Z');
  await one.occurrences.tick();
  await one.reminders.move(actor, { reminderId: next, expectedVersion: 1 }, ReminderStatus.CANCELLED);
  expect(await statesOf(next)).toEqual(['CANCELLED']);
  at(new Date(now.getTime() + 48 * HOUR_MS).toISOString());
  await one.occurrences.tick();
  expect(await statesOf(next)).toEqual(['CANCELLED']);
});

const CREATE = `mutation ($input: CreateReminderInput!) { createReminder(input: $input) {
  id title note times daysOfWeek everyDays from until status nextDueAt version
} }`;
const FOLLOW = `subscription ($after: Int! = 0) { reminderDue(afterSeq: $after) {
  id seq status patient { name } reminder { title kind }
} }`;
const PAUSE =
  'mutation ($input: ChangeReminderInput!) { pauseReminder(input: $input) { status version nextDueAt } }';
const COMPLETE =
  'mutation ($input: CompleteReminderInput!) { completeReminder(input: $input) { status completedAt } }';
const MINE = '{ myDueReminders { edges { node { id status reminder { title } } } } }';

test('through the router: made, told live and after coming back, completed, and nothing of it for strangers', async () => {
  const { accessToken: token } = await logInAnew();
  const { id: patientId } = await added(token);
  const create = (more: object = {}, schedule: object = {}) =>
    ask(
      CREATE,
      {
        input: {
          patientId,
          kind: 'MEDICATION',
          title: '阿司匹林',
          idempotencyKey: randomUUID(),
          schedule: { times: ['08:00'], daysOfWeek: ['SUNDAY', 'MONDAY'], ...schedule },
          ...more,
        },
      },
      { token },
    );
  const made = (await create()).data?.createReminder as { id: string; nextDueAt: string };
  expect(made).toMatchObject({
    title: '阿司匹林',
    daysOfWeek: ['MONDAY', 'SUNDAY'],
    everyDays: 1,
    status: 'ACTIVE',
    version: 1,
  });
  const refused = await Promise.all([
    create({ title: ' ' }),
    create({ kind: 'MEASUREMENT' }),
    create({ observationKind: 'HEART_RATE' }),
    create({}, { times: ['24:00'] }),
    create({}, { times: [] }),
    create({}, { everyDays: 2 }),
    create({}, { from: '2020-01-01', until: '2020-01-02' }),
    create({}, { from: '2030-01-02', until: '2030-01-01' }),
  ]);
  expect(codesOf(refused)).toEqual(Array<string>(8).fill('VALIDATION_FAILED'));
  const services = wireObservations(laid.foundation);
  const fall = async (minutes: number) => {
    const due = new Date(Math.floor(Date.now() / 1000) * 1000 - minutes * 60_000);
    await asAdministrator((connection) =>
      connection.query('UPDATE yey_users.reminder SET next_due_at = ? WHERE id = ?', [due, made.id]),
    );
    // Beside the jobs of the platform, which look for the same at any moment.
    await services.occurrences.tick();
  };
  const reader = subscribe(FOLLOW, {}, { token });
  let occurrenceId = '';
  try {
    const first = reader.next();
    await fall(2);
    const event = (await first) as { data: { reminderDue: { id: string; seq: number } } };
    expect(event).toMatchObject({
      data: {
        reminderDue: {
          seq: 1,
          status: 'DUE',
          patient: { name: '小明' },
          reminder: { title: '阿司匹林', kind: 'MEDICATION' },
        },
      },
    });
    occurrenceId = event.data.reminderDue.id;
  } finally {
    await reader.close();
  }
  await fall(1);
  const again = subscribe(FOLLOW, { after: 1 }, { token });
  try {
    expect(await again.next()).toMatchObject({ data: { reminderDue: { seq: 2 } } });
  } finally {
    await again.close();
  }
  const [counted] = await rows(
    'SELECT COUNT(*) AS total FROM yey_users.reminder_occurrence WHERE reminder_id = ?',
    [made.id],
  );
  expect(counted).toEqual({ total: 2 });
  const strangers = [tokenOf('李晓梅'), tokenOf('王建国'), tokenOf('郑管理')];
  const change = { input: { reminderId: made.id, expectedVersion: 1 } };
  const done = { input: { occurrenceId, idempotencyKey: randomUUID() } };
  const snooze = 'mutation ($input: SnoozeReminderInput!) { snoozeReminder(input: $input) { id } }';
  for (const stranger of strangers) {
    const options = { token: stranger };
    const tried = [
      await ask(PAUSE, change, options),
      await ask(COMPLETE, done, options),
      await ask(snooze, { input: { ...done.input, minutes: 5 } }, options),
      await ask(CREATE, { input: { ...reminderFor(patientId), schedule: { times: ['08:00'] } } }, options),
    ];
    expect(codesOf(tried)).toEqual(Array<string>(4).fill('NOT_FOUND'));
    expect(JSON.stringify(await ask(MINE, {}, options))).not.toContain(occurrenceId);
  }
  expect(codesOf([await ask(MINE), await ask(COMPLETE, done)])).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
  ]);
  const nobody = subscribe(FOLLOW, {});
  try {
    expect(await nobody.next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  } finally {
    await nobody.close();
  }
  const answers = await times(4, () => ask(COMPLETE, done, { token }));
  expect(codesOf(answers)).toEqual(['OK', 'OK', 'OK', 'OK']);
  const mine = (await data(MINE, {}, { token })).myDueReminders as { edges: { node: { id: string } }[] };
  expect(mine.edges).toHaveLength(1);
  expect(mine.edges[0]?.node.id).not.toBe(occurrenceId);
  const pauses = await times(4, () => ask(PAUSE, change, { token }));
  expect(codesOf(pauses)).toEqual(['OK', 'VERSION_CONFLICT', 'VERSION_CONFLICT', 'VERSION_CONFLICT']);
  const missing = { input: { reminderId: stableId('rem', 'none'), expectedVersion: 1 } };
  expect(codesOf([await ask(PAUSE, missing, { token })])).toEqual(['NOT_FOUND']);
});
