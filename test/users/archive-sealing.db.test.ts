import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId } from '../../shared/ids/ids.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { wirePatientStores } from '../../subgraphs/users/patient/patient.wiring.ts';
import { logInAnew } from '../testkit/login.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { rows } from '../testkit/rows.ts';
import { archiveOf, change, fullArchive } from './some-archives.ts';
import { added } from './some-patients.ts';

let laid: LaidFoundation;
let archiveStore: ReturnType<typeof wirePatientStores>['archiveStore'];
beforeAll(async () => {
  laid = await layFoundation(loadUsersConfig(benchEnvironment(inject('platformDir'))), database);
  ({ archiveStore } = wirePatientStores(laid.foundation));
});
afterAll(() => laid.close());

test('nothing of an archive stands in the database in clear', async () => {
  const { token, id } = await fullArchive();
  await change('recordCondition', id, token, { code: 'E11.900', name: '糖尿病', since: '2015-03-01' });
  await change('recordAllergy', id, token, { substance: 'J01FA', name: '大环内酯', severity: 'SEVERE' });
  for (const table of [
    'health_archive',
    'allergy',
    'medical_condition',
    'current_medication',
    'surgery',
    'family_history',
    'immunisation',
  ]) {
    const found = await rows(`SELECT * FROM yey_users.${table} WHERE patient_id = ?`, [id]);
    expect(found.length, table).toBeGreaterThan(0);
    const said = found.flatMap((row) => Object.entries(row).filter(([column]) => column !== 'content'));
    for (const [column, value] of said) {
      expect(
        ['E11.900', 'J01FA', 'A10BA02', '2015-03-01', 'SEVERE', 'AB', 60, '60.00'],
        column,
      ).not.toContain(value);
      expect(String(value), column).not.toMatch(/[\u4e00-\u9fff]/);
    }
    for (const { content } of found) expect(content, table).toMatch(/^v1\./);
  }
});

test('rows of an earlier release are read as they are, and sealed while others work with them', async () => {
  const { accessToken: token, accountId } = await logInAnew();
  const { id } = await added(token, { sex: 'FEMALE', birthDate: '1985-01-01' });
  const { cipher } = laid.foundation;
  const insert = (table: string, prefix: string, said: Record<string, string | null>) => {
    const entryId = newId(prefix);
    const place = { table, column: 'reaction', rowId: entryId };
    const reaction = said.reaction && { reaction: cipher.encrypt(said.reaction, place) };
    const row = {
      id: entryId,
      patient_id: id,
      recorded_version: 1,
      recorded_by: accountId,
      recorded_at: new Date(),
      ...said,
      ...reaction,
    };
    return rows(`INSERT INTO yey_users.${table} SET ?`, [row]);
  };
  await rows(
    `UPDATE yey_users.health_archive SET id = NULL, content = NULL, changed_by = NULL, pregnancy = 'NOT_PREGNANT',
     egfr = 88.5, child_pugh = 'A', weight_kg = 61.25 WHERE patient_id = ?`,
    [id],
  );
  await insert('allergy', 'alg', { substance: 'J01C', name: '青霉素', severity: 'MILD', reaction: '皮疹' });
  await insert('allergy', 'alg', {
    substance: 'N02BA01',
    name: '阿司匹林',
    severity: 'SEVERE',
    reaction: null,
  });
  await insert('medical_condition', 'cnd', { code: 'I10', name: '高血压', since: '2019-06-01' });
  await insert('current_medication', 'med', { substance: 'C08CA01', name: '氨氯地平', since: null });
  const before = await archiveOf(id, token);
  expect(before).toMatchObject({
    pregnancy: 'NOT_PREGNANT',
    egfr: 88.5,
    childPugh: 'A',
    weightKg: 61.25,
    smoking: null,
    allergies: [
      { name: '青霉素', reaction: '皮疹', status: null },
      { name: '阿司匹林', severity: 'SEVERE', reaction: null },
    ],
    conditions: [{ code: 'I10', since: '2019-06-01' }],
    medications: [{ substance: 'C08CA01', dosage: null }],
  });
  const replacing = { substance: 'J01C', name: '青霉素类', severity: 'SEVERE' };
  await Promise.all([
    archiveStore.sealOld(),
    archiveStore.sealOld(),
    change('recordAllergy', id, token, replacing, 'version'),
  ]);
  const { allergies, ...after } = await archiveOf(id, token);
  expect({ ...after, allergies: [] }).toEqual({ ...before, version: 2, source: 'PATIENT', allergies: [] });
  expect(allergies).toMatchObject([{ name: '阿司匹林' }, { name: '青霉素类' }]);
  for (const table of ['allergy', 'medical_condition', 'current_medication', 'health_archive']) {
    const found = await rows(`SELECT * FROM yey_users.${table} WHERE patient_id = ?`, [id]);
    expect(JSON.stringify(found), table).not.toMatch(/J01C|N02BA01|C08CA01|I10|88\.5|61\.25|[\u4e00-\u9fff]/);
  }
  expect(await archiveStore.sealOld()).toBe(0);
});
