import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { Clinic, PIN, someone } from '../testkit/clinic.ts';
import { type Login, logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { auditOf, replicaCaughtUp } from '../testkit/rows.ts';

let clinic: Clinic;
let guardian: Login;
let patientId: string;
let consultationId: string;
const doctor = { token: tokenOf('王建国') };

const SAVE_RECORD = `mutation ($input: SaveMedicalRecordInput!) {
  saveMedicalRecord(input: $input) { id version status diagnoses { code name } patient { id } doctor { name } }
}`;
const SIGN_RECORD =
  'mutation ($input: SignMedicalRecordInput!) { signMedicalRecord(input: $input) { status version } }';
const SAVE = `mutation ($input: SavePrescriptionInput!) {
  savePrescription(input: $input) {
    id version status lines { id sku { id name } } findings { ruleId kind severity lineIds message source }
  }
}`;
const SIGN = `mutation ($input: SignPrescriptionInput!) {
  signPrescription(input: $input) { id status version validUntil signature { isValid hash value key { publicKey } } }
}`;
const READ_RECORD = `query ($id: ID!) {
  medicalRecord(id: $id) { chiefComplaint versions { number signedDocument author { name } signature { isValid } } }
}`;

interface Prescribed {
  readonly id: string;
  readonly version: number;
  readonly lines: { id: string; sku: { name: string } }[];
  readonly findings: { ruleId: string; kind: string; severity: string; lineIds: string[]; message: string }[];
}

beforeAll(async () => {
  clinic = await Clinic.open();
  guardian = await logInAnew();
  const own = { token: guardian.accessToken };
  const added = await data(
    'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }',
    {
      input: {
        name: '李奶奶',
        relation: 'PARENT',
        birthDate: '1960-03-01',
        sex: 'FEMALE',
        idempotencyKey: randomUUID(),
      },
    },
    own,
  );
  patientId = (added.addPatient as { id: string }).id;
  await data(
    'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }',
    {
      input: {
        patientId,
        substance: 'J01C',
        name: '青霉素类',
        reaction: '皮疹',
        severity: 'SEVERE',
        idempotencyKey: randomUUID(),
      },
    },
    own,
  );
  // Booked, paid and called in: what other tests are about.
  clinic.now = new Date();
  const talk = await clinic.talk({
    doctor: someone([], stableId('acc', 'demo-doctor-01')),
    patient: someone([], guardian.accountId),
    patientId,
  });
  ({ consultationId } = talk);
  await clinic.rows('UPDATE consultation SET doctor_id = ? WHERE id = ?', [
    stableId('doc', 'demo-doctor-01'),
    consultationId,
  ]);
  await data(
    'mutation ($input: CreateSigningKeyInput!) { createSigningKey(input: $input) { id algorithm } }',
    { input: { pin: PIN, idempotencyKey: 'clinical-api' } },
    doctor,
  );
});
afterAll(() => clinic.close());

const key = () => randomUUID();
const line = (drug: string, more: object = {}) => ({
  skuId: stableId('sku', drug),
  quantity: 1,
  doseValue: '0.5',
  doseUnit: 'g',
  timesPerDay: 1,
  route: '口服',
  days: 3,
  ...more,
});

test('a record and a prescription through the router, checked by pharmacy with what users knows', async () => {
  const saved = await data(
    SAVE_RECORD,
    {
      input: {
        consultationId,
        chiefComplaint: '咽痛两天',
        diagnoses: [{ code: 'J03.9' }],
        plan: '抗感染',
        idempotencyKey: key(),
      },
    },
    doctor,
  );
  const record = saved.saveMedicalRecord as { id: string; version: number };
  expect(record).toMatchObject({ status: 'DRAFT', patient: { id: patientId }, doctor: { name: '王建国' } });
  const draft = (
    await data(
      SAVE,
      {
        input: {
          consultationId,
          lines: [line('D001', { timesPerDay: 3 })],
          validDays: 3,
          idempotencyKey: key(),
        },
      },
      doctor,
    )
  ).savePrescription as Prescribed;
  const allergy = draft.findings.find((each) => each.kind === 'ALLERGY');
  expect(allergy).toMatchObject({ severity: 'CONTRAINDICATED', lineIds: [draft.lines[0]?.id] });
  expect(allergy?.message).toMatch(/[\u4e00-\u9fff]/);
  expect(draft.lines[0]?.sku.name).toContain('阿莫西林');
  const sign = (expectedVersion: number, overrides: object[] = []) => ({
    input: { prescriptionId: draft.id, pin: PIN, overrides, expectedVersion, idempotencyKey: key() },
  });
  const refused = await ask(SIGN, sign(draft.version), doctor);
  expect(refused.errors[0]?.extensions).toMatchObject({
    code: 'PRESCRIPTION_CONTRAINDICATED',
    params: { rules: expect.stringContaining(allergy?.ruleId ?? '—') as string },
  });

  const corrected = (
    await data(
      SAVE,
      {
        input: {
          consultationId,
          prescriptionId: draft.id,
          expectedVersion: draft.version,
          lines: [line('D006')],
          validDays: 3,
          idempotencyKey: key(),
        },
      },
      doctor,
    )
  ).savePrescription as Prescribed;
  const overrides = corrected.findings
    .filter((each) => ['MAJOR', 'CANNOT_CHECK'].includes(each.severity))
    .map(({ ruleId }) => ({ ruleId, reason: '获益大于风险' }));
  const { signPrescription } = await data(SIGN, sign(corrected.version, overrides), doctor);
  const signed = signPrescription as {
    signature: { isValid: boolean; hash: string; value: string; key: { publicKey: string } };
  };
  expect(signed).toMatchObject({ status: 'SIGNED', signature: { isValid: true } });
  const { hash, value, key: signer } = signed.signature;
  const publicKey = createPublicKey(signer.publicKey);
  expect(verify(null, Buffer.from(hash, 'hex'), publicKey, Buffer.from(value, 'base64'))).toBe(true);

  // Pharmacy takes it in, with the hash as it was signed.
  await until(async () => {
    const seen = await data(
      `query ($id: ID!) { prescription(id: $id) { status lines { quantity } review { status } } }`,
      { id: draft.id },
      { token: tokenOf('吴芳') },
    );
    const { review } = seen.prescription as { review: { status: string } | null };
    return review?.status === 'PENDING';
  });

  const input = { recordId: record.id, pin: PIN, expectedVersion: record.version, idempotencyKey: key() };
  expect(await data(SIGN_RECORD, { input }, doctor)).toEqual({
    signMedicalRecord: { status: 'SIGNED', version: 2 },
  });
  const own = { token: guardian.accessToken };
  await replicaCaughtUp();
  expect(await data(READ_RECORD, { id: record.id }, own)).toMatchObject({
    medicalRecord: {
      chiefComplaint: '咽痛两天',
      versions: [{ number: 1, author: { name: '王建国' }, signature: { isValid: true } }],
    },
  });
  const lists = await data(
    `query ($id: ID!) { patient(id: $id) {
      name records(first: 5) { edges { node { id } } pageInfo { hasNextPage } }
      prescriptions(first: 5) { edges { node { id lines { sku { name } } } } }
    } }`,
    { id: patientId },
    own,
  );
  expect(lists).toMatchObject({
    patient: {
      records: { edges: [{ node: { id: record.id } }], pageInfo: { hasNextPage: false } },
      prescriptions: { edges: [{ node: { id: draft.id } }] },
    },
  });
});

test('what is foreign is not found, by a query, between subgraphs, or in a list', async () => {
  const other = await clinic.talk({ doctor: await clinic.doctor() });
  const recordId = await clinic.draft(other);
  await clinic.sign(other.doctor, recordId);
  const prescriptionId = await clinic.prescribe(other);
  await clinic.send(other.doctor, prescriptionId);
  const PRESCRIPTION = 'query ($id: ID!) { prescription(id: $id) { id lines { quantity } } }';
  for (const name of ['李晓梅', '刘雅琴', '郑管理', '何分析', '吴芳']) {
    const token = tokenOf(name);
    const codes = async (query: string, id: string) =>
      (await ask(query, { id }, { token })).errors.map((each) => each.extensions.code);
    expect(await codes(READ_RECORD, recordId), name).toEqual(['NOT_FOUND']);
    expect(await codes(READ_RECORD, newId('rec')), name).toEqual(['NOT_FOUND']);
    const of = [{ __typename: 'MedicalRecord', id: recordId }];
    expect(await entities('care', token, of, '... on MedicalRecord { chiefComplaint }'), name).toEqual({
      entities: [null],
      codes: ['NOT_FOUND'],
    });
    const seen = await entities(
      'care',
      token,
      [{ __typename: 'Patient', id: other.patientId }],
      '... on Patient { records { edges { node { plan } } } prescriptions { edges { node { id } } } }',
    );
    expect(seen).toEqual({ entities: [{ records: { edges: [] }, prescriptions: { edges: [] } }], codes: [] });
    // A pharmacist reads what is signed.
    if (name === '吴芳') continue;
    expect(await codes(PRESCRIPTION, prescriptionId), name).toEqual(['NOT_FOUND']);
    const sheets = [{ __typename: 'Prescription', id: prescriptionId }];
    expect(await entities('care', token, sheets, '... on Prescription { lines { quantity } }'), name).toEqual(
      {
        entities: [null],
        codes: ['NOT_FOUND'],
      },
    );
  }
  const anonymous = await entities(
    'care',
    undefined,
    [{ __typename: 'MedicalRecord', id: recordId }],
    '... on MedicalRecord { id }',
  );
  expect(anonymous).toEqual({ entities: [null], codes: ['NOT_FOUND'] });
  const reads = (await auditOf(recordId, 'yey_care_audit')).filter((each) => each.action.endsWith('.read'));
  expect(reads).toEqual([]);
});

test('a pharmacist reads a signed prescription without its findings; who has no permission writes nothing', async () => {
  const talk = await clinic.diagnosed({ doctor: await clinic.doctor() });
  const id = await clinic.prescribe(talk);
  await clinic.send(talk.doctor, id);
  const pharmacist = { token: tokenOf('吴芳') };
  await replicaCaughtUp();
  const query = (field: string) => `query ($id: ID!) { prescription(id: $id) { ${field} } }`;
  // Pharmacy tells whose review it is, once it has heard of the signature.
  await until(async () => (await ask(query('status'), { id }, pharmacist)).errors.length === 0);
  expect(await data(query('status lines { quantity }'), { id }, pharmacist)).toMatchObject({
    prescription: { status: 'SIGNED', lines: [{ quantity: 1 }] },
  });
  const refused = await ask(query('findings { ruleId }'), { id }, pharmacist);
  expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await auditOf(id, 'yey_care_audit')).at(-1)).toEqual({
    actor: stableId('acc', 'demo-pharmacist-01'),
    action: 'prescription.read',
  });
  const create = 'mutation ($input: CreateSigningKeyInput!) { createSigningKey(input: $input) { id } }';
  for (const name of ['李晓梅', '吴芳', '郑管理']) {
    const input = { pin: PIN, idempotencyKey: key() };
    const answer = await ask(create, { input }, { token: tokenOf(name) });
    expect(answer.errors[0]?.extensions.code, name).toBe('FORBIDDEN');
  }
  const foreign = { consultationId: talk.consultationId, plan: '—', idempotencyKey: key() };
  const answer = await ask(SAVE_RECORD, { input: foreign }, doctor);
  expect(answer.errors[0]?.extensions.code).toBe('NOT_FOUND');
});
