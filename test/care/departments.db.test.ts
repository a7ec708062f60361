import { expect, test } from 'vitest';
import { ask } from '../testkit/client.ts';
import { ownDoctor } from '../testkit/own-doctor.ts';
import { ownVisit } from '../testkit/own-visit.ts';
import { confineToDepartment } from '../testkit/rights.ts';
import { entities } from '../testkit/router-call.ts';
import { attempts, written } from './doctor-attempts.ts';

/** What is of the doctor, not of the visit. */
const OWN = /createSigningKey|callNextPatient|myQueue|publishSchedule|mySchedules/;

test('a role for one department reaches its visits, and none of another department of the hospital', async () => {
  const doctor = await ownDoctor('吴科室');
  const { token, accountId } = doctor;
  // In 03.04.
  const visit = await ownVisit(doctor);
  const tried = attempts(visit, await written(doctor, visit)).filter(([query]) => !OWN.test(query));
  const codeOf = async (query: string, variables: object) =>
    (await ask(query, variables, { token })).errors[0]?.extensions.code;
  const appointments = async () => {
    const patient = { __typename: 'Patient', id: visit.patientId };
    const fields = '... on Patient { appointments { edges { node { id } } } }';
    return (await entities('care', token, [patient], fields)).entities;
  };

  await confineToDepartment(accountId, '03.01');
  for (const [query, variables, code] of tried) expect(await codeOf(query, variables), query).toBe(code);
  expect(await appointments()).toEqual([{ appointments: { edges: [] } }]);

  await confineToDepartment(accountId, '03.04');
  for (const [query, variables, code] of tried) expect(await codeOf(query, variables), query).not.toBe(code);
  expect(await appointments()).toEqual([
    { appointments: { edges: [{ node: { id: visit.appointmentId } }] } },
  ]);
}, 60_000);
