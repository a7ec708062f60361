import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Audit } from '../../shared/audit/audit.ts';
import type { Actor } from '../../shared/context/actor.ts';
import { newId } from '../../shared/ids/ids.ts';
import { Account } from '../../subgraphs/users/account/account.entity.ts';
import { ConsentPurpose } from '../../subgraphs/users/consent/consent.entity.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { PatientRelation, Sex } from '../../subgraphs/users/patient/patient.entity.ts';
import { wirePatientLife } from '../../subgraphs/users/patient/patient-life.wiring.ts';
import { wirePatients } from '../../subgraphs/users/patient/patient.wiring.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { endings } from '../testkit/clinic.ts';
import { logInAnew } from '../testkit/login.ts';
import { auditOf } from '../testkit/rows.ts';
import { scratchSubgraph } from '../testkit/scratch.ts';
import { add, added, codesOf, times } from './some-patients.ts';

const GIVE =
  'mutation ($input: GiveConsentInput!) { giveConsent(input: $input) { id version terminal withdrawnAt } }';
const WITHDRAW = `mutation ($input: WithdrawConsentInput!) {
  withdrawConsent(input: $input) { edges { node { purpose withdrawnAt } } }
}`;
const PUBLISH =
  'mutation ($input: PublishConsentDocumentInput!) { publishConsentDocument(input: $input) { version } }';
const key = () => ({ idempotencyKey: randomUUID() });
const { HEALTH_DATA, PRIVACY_POLICY } = ConsentPurpose;

test('what is to be consented to is public, in two languages', async () => {
  const QUERY = '{ consentDocuments { purpose version title text } }';
  const zh = await data(QUERY, {}, { headers: { 'accept-language': 'zh-CN' } });
  const en = await data(QUERY, {}, { headers: { 'accept-language': 'en' } });
  const titles = ({ consentDocuments }: Record<string, unknown>) =>
    (consentDocuments as { purpose: string; title: string; text: string }[]).map(
      ({ purpose, title, text }) => [purpose, title, text.length > 100] as const,
    );
  expect(titles(zh)).toContainEqual(['HEALTH_DATA', '健康信息处理单独同意书', true]);
  expect(titles(en)).toContainEqual([
    'HEALTH_DATA',
    'Separate consent to the processing of health data',
    true,
  ]);
  expect(titles(zh)).toHaveLength(4);
});

test('without consent nothing new is processed, and everything that is there can be read', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token);
  const withdraw = { input: { purpose: 'HEALTH_DATA', ...key() } };
  const { withdrawConsent } = await data(WITHDRAW, withdraw, { token });
  expect(withdrawConsent).toMatchObject({
    edges: [
      { node: { purpose: 'MINOR_GUARDIAN', withdrawnAt: null } },
      { node: { purpose: 'HEALTH_DATA', withdrawnAt: expect.stringMatching(/Z$/) as string } },
      { node: { purpose: 'PRIVACY_POLICY', withdrawnAt: null } },
    ],
  });
  const needed = { code: 'CONSENT_NEEDED', params: { purpose: 'HEALTH_DATA', version: 1 } };
  const ALLERGY = 'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }';
  const allergy = { patientId: id, substance: 'J01C', name: '青霉素', severity: 'MILD', ...key() };
  const UPDATE = 'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { version } }';
  for (const answer of [
    await add(token),
    await ask(ALLERGY, { input: allergy }, { token }),
    await ask(UPDATE, { input: { patientId: id, expectedVersion: 1, name: '新', ...key() } }, { token }),
  ]) {
    expect(answer.errors[0]?.extensions).toMatchObject(needed);
  }
  const READ = 'query ($id: ID!) { patient(id: $id) { name archive { version } } }';
  expect(await data(READ, { id }, { token })).toEqual({ patient: { name: '小明', archive: { version: 1 } } });
  const give = (more: object) =>
    ask(GIVE, { input: { purpose: 'HEALTH_DATA', version: 1, ...key(), ...more } }, { token });
  expect(codesOf([await give({ version: 2 })])).toEqual(['VERSION_CONFLICT']);
  expect(codesOf([await give({ purpose: 'SHARING' })])).toEqual(['VALIDATION_FAILED']);
  expect(codesOf([await give({ patientId: newId('pat') })])).toEqual(['NOT_FOUND']);
  const given = await times(5, () => give({}));
  expect(new Set(given.map((each) => (each.data?.giveConsent as { id: string } | undefined)?.id)).size).toBe(
    1,
  );
  expect(codesOf([await ask(ALLERGY, { input: allergy }, { token })])).toEqual(['OK']);
  const told = (await auditOf(accountId)).map((each) => each.action);
  expect(told.filter((action) => action.startsWith('consent.')).slice(3)).toEqual([
    'consent.withdraw',
    'consent.give',
  ]);
  const { accessToken: other } = await logInAnew();
  const { myConsents } = await data(
    '{ myConsents(first: 2) { edges { cursor } pageInfo { hasNextPage } } }',
    {},
    { token: other },
  );
  expect(myConsents).toMatchObject({ pageInfo: { hasNextPage: true } });
});

test('only who has the permission publishes', async () => {
  const text = { titleZh: '题', titleEn: 'Title', textZh: '文', textEn: 'Text' };
  const input = { purpose: 'SHARING', expectedVersion: 0, ...text, ...key() };
  for (const name of ['李晓梅', '王建国', '吴芳', '何分析']) {
    expect(codesOf([await ask(PUBLISH, { input }, { token: tokenOf(name) })]), name).toEqual(['FORBIDDEN']);
  }
  expect(codesOf([await ask(PUBLISH, { input }, { token: tokenOf('郑管理') })])).toEqual([
    'VERSION_CONFLICT',
  ]);
});

test('a new version asks for a new consent from the day on which it counts', async () => {
  const { config, db, cipher, place, wake, close } = await scratchSubgraph(database);
  try {
    let now = new Date('2026-06-01T00:00:00.000Z');
    const audit = new Audit(db, place, wake, () => now);
    const foundation = { config, db, cipher, audit, now: () => now };
    const nobody = {
      treatments: async () => [],
      openAppointments: async () => 0,
      recordAccesses: async () => [],
    };
    const patients = wirePatients(foundation, nobody);
    const { consenting, consentPublishing } = wirePatientLife(foundation, patients, nobody);
    const accountId = newId('acc');
    const actor: Actor = { kind: 'account', accountId, sessionId: '', grants: [] };
    await foundation.db.transaction(async ({ manager }) => {
      await manager.insert(Account, { id: accountId, displayName: '测试', createdAt: now });
    });
    const person = { name: '甲', relation: PatientRelation.SPOUSE, birthDate: '1980-01-01', sex: Sex.MALE };
    const adding = () => patients.patientAdding.add(actor, { ...person, ...key() });
    const give = (purpose: ConsentPurpose, version: number) =>
      consenting.give(actor, { purpose, version, ...key() });
    await expect(adding()).rejects.toMatchObject({ params: { purpose: PRIVACY_POLICY, version: 1 } });
    await give(PRIVACY_POLICY, 1);
    await give(HEALTH_DATA, 1);
    await adding();
    const next = new Date('2026-07-01T00:00:00.000Z');
    const publish = (effectiveFrom: Date) =>
      consentPublishing.publish(actor, {
        purpose: HEALTH_DATA,
        expectedVersion: 1,
        titleZh: '题',
        titleEn: 'Title',
        textZh: '文',
        textEn: 'Text',
        effectiveFrom,
        ...key(),
      });
    await expect(publish(new Date('2026-05-31T00:00:00.000Z'))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    const published = await endings([publish(next), publish(next), publish(next)]);
    expect(published).toEqual({ ok: 1, VERSION_CONFLICT: 2 });
    await adding();
    await expect(give(HEALTH_DATA, 2)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    now = next;
    const needed = { code: 'CONSENT_NEEDED', params: { purpose: HEALTH_DATA, version: 2 } };
    await expect(adding()).rejects.toMatchObject(needed);
    await give(HEALTH_DATA, 2);
    await adding();
  } finally {
    await close();
  }
});
