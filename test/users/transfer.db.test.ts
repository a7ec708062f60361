import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, data } from '../testkit/client.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { appointment } from './some-appointment.ts';
import { added, codesOf, identityNumber, times } from './some-patients.ts';

const OFFER = `mutation ($input: OfferPatientTransferInput!) {
  offerPatientTransfer(input: $input) { id status patientName }
}`;
const ACCEPT = `mutation ($input: AcceptPatientTransferInput!) {
  acceptPatientTransfer(input: $input) { id relation identityNumber }
}`;
const CANCEL = 'mutation ($input: PatientTransferInput!) { cancelPatientTransfer(input: $input) { status } }';
const DECLINE =
  'mutation ($input: PatientTransferInput!) { declinePatientTransfer(input: $input) { status } }';
const READ = 'query ($id: ID!) { patient(id: $id) { name } }';
const OFFERS = '{ patientTransfers { edges { node { id status offeredBy patientName patient { id } } } } }';

const key = () => ({ idempotencyKey: randomUUID() });
const change = (query: string, token: string, input: object) =>
  ask(query, { input: { ...key(), ...input } }, { token });
const codeOf = async (token: string, id: string) => codesOf([await ask(READ, { id }, { token })])[0];

async function offered(more: object = {}) {
  const phone = newPhone();
  const [from, to] = [await logInAnew(), await logInAnew(phone)];
  const number = identityNumber('19610203', 'MALE');
  const person = { name: '郑大山', relation: 'PARENT', identityNumber: number, birthDate: null, ...more };
  const { id } = await added(from.accessToken, person);
  const offer = async () => {
    const input = { patientId: id, toPhone: phone, ...key() };
    const answer = await data(OFFER, { input }, { token: from.accessToken });
    return (answer.offerPatientTransfer as { id: string }).id;
  };
  return { id, number, from: from.accessToken, to: to.accessToken, transferId: await offer(), offer };
}

test('a patient goes over when the other one accepts, and who had it loses it at once', async () => {
  const { id, from, to, number, transferId } = await offered();
  expect(await data(OFFERS, {}, { token: to })).toMatchObject({
    patientTransfers: {
      edges: [{ node: { id: transferId, status: 'PENDING', patientName: '郑**', patient: null } }],
    },
  });
  expect(await codeOf(to, id)).toBe('NOT_FOUND');
  const { accessToken: stranger } = await logInAnew();
  const accept = { transferId, relation: 'PARENT' };
  expect(codesOf([await change(ACCEPT, stranger, accept)])).toEqual(['NOT_FOUND']);
  expect(codesOf([await change(ACCEPT, from, accept)])).toEqual(['NOT_FOUND']);
  expect(codesOf([await change(CANCEL, to, { transferId })])).toEqual(['NOT_FOUND']);
  const visit = await appointment('demo-doctor-03', id, 'CONFIRMED');
  expect(codesOf([await change(ACCEPT, to, accept)])).toEqual(['PATIENT_HAS_APPOINTMENTS']);
  await rows("UPDATE yey_care.appointment SET status = 'COMPLETED' WHERE id = ?", [visit]);
  const retried = { ...accept, ...key() };
  const once = await change(ACCEPT, to, retried);
  expect(once.data).toEqual({ acceptPatientTransfer: { id, relation: 'PARENT', identityNumber: number } });
  expect((await change(ACCEPT, to, retried)).data).toEqual(once.data);
  expect(codesOf([await change(ACCEPT, to, accept)])).toEqual(['INVITATION_OVER']);
  expect(await codeOf(from, id)).toBe('NOT_FOUND');
  expect(await data('{ myPatients { id } }', {}, { token: to })).toEqual({ myPatients: [{ id }] });
  expect(await data('{ myPatients { id } }', {}, { token: from })).toEqual({ myPatients: [] });
  expect((await auditOf(id)).map((each) => each.action)).toEqual([
    'patient.add',
    'patient.transfer_offer',
    'patient.transfer_accept',
  ]);
});

test('the owner of an account is not handed over, but may be claimed by the identity number', async () => {
  const { id, from, to, number, transferId, offer } = await offered();
  const claim = { transferId, relation: 'SELF' };
  const other = identityNumber('19610203', 'MALE');
  for (const identity of [{}, { identityNumber: other }]) {
    expect(codesOf([await change(ACCEPT, to, { ...claim, ...identity })])).toEqual(['IDENTITY_MISMATCH']);
  }
  expect(codesOf([await change(ACCEPT, to, { ...claim, identityNumber: number })])).toEqual(['OK']);
  const onward = { patientId: id, toPhone: newPhone() };
  expect(codesOf([await change(OFFER, to, onward)])).toEqual(['SELF_NOT_TRANSFERABLE']);
  expect(codesOf([await change(OFFER, from, onward)])).toEqual(['NOT_FOUND']);
  await expect(offer()).rejects.toThrow('NOT_FOUND');
});

test('a child goes to a guardian alone', async () => {
  const { to, transferId } = await offered({
    relation: 'CHILD',
    identityNumber: identityNumber('20190203', 'MALE'),
  });
  for (const relation of ['SELF', 'PARENT', 'OTHER']) {
    expect(codesOf([await change(ACCEPT, to, { transferId, relation })]), relation).toEqual([
      'GUARDIAN_NEEDED',
    ]);
  }
  const WITHDRAW =
    'mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { edges { cursor } } }';
  await change(WITHDRAW, to, { purpose: 'MINOR_GUARDIAN' });
  expect(codesOf([await change(ACCEPT, to, { transferId, relation: 'CHILD' })])).toEqual(['CONSENT_NEEDED']);
  expect(codesOf([await change(DECLINE, to, { transferId })])).toEqual(['OK']);
  expect(codesOf([await change(ACCEPT, to, { transferId, relation: 'CHILD' })])).toEqual(['INVITATION_OVER']);
});

test('of an acceptance and a cancellation at once one wins, and it has one guardian', async () => {
  const races = await times(3, async () => {
    const { id, from, to, transferId } = await offered({
      identityNumber: identityNumber('19610203', 'MALE'),
    });
    const answers = await Promise.all([
      change(ACCEPT, to, { transferId, relation: 'PARENT' }),
      change(CANCEL, from, { transferId }),
      change(ACCEPT, to, { transferId, relation: 'PARENT' }),
    ]);
    expect(codesOf(answers)).toEqual(['INVITATION_OVER', 'INVITATION_OVER', 'OK']);
    return new Set([await codeOf(from, id), await codeOf(to, id)]);
  });
  for (const who of races) expect(who).toEqual(new Set(['NOT_FOUND', 'OK']));
});

test('an offer ends after 72 hours, and by a newer one', async () => {
  const { to, transferId, offer } = await offered();
  const next = await offer();
  expect(codesOf([await change(ACCEPT, to, { transferId, relation: 'PARENT' })])).toEqual([
    'INVITATION_OVER',
  ]);
  await rows('UPDATE yey_users.patient_transfer SET expires_at = ? WHERE id = ?', ['2026-01-01', next]);
  expect(codesOf([await change(ACCEPT, to, { transferId: next, relation: 'PARENT' })])).toEqual([
    'INVITATION_OVER',
  ]);
});
