import { inject } from 'vitest';
import { loadConfig } from '../../shared/config/config.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { newId } from '../../shared/ids/ids.ts';
import { benchEnvironment } from './platform.ts';
import { rows } from './rows.ts';

interface Licensed {
  readonly accountId: string;
  readonly name: string;
  readonly institutionId: string;
  readonly departmentId: string | null;
}

/** The approved licence of a doctor, put in as a row, for who is there as rows alone. */
export async function licenceRow({ accountId, name, institutionId, departmentId }: Licensed): Promise<void> {
  const { fieldKeys } = loadConfig('users', benchEnvironment(inject('platformDir')));
  const cipher = new FieldCipher(fieldKeys);
  const id = newId('lic');
  const sealed = (column: string, text: string) =>
    cipher.encrypt(text, { table: 'staff_licence', column, rowId: id });
  await rows('INSERT INTO yey_users.staff_licence SET ?', [
    {
      id,
      account_id: accountId,
      kind: 'DOCTOR',
      status: 'APPROVED',
      version: 2,
      name: sealed('name', name),
      licence_number: sealed('licence_number', '110100000000000'),
      licence_index: null,
      qualification_number: sealed('qualification_number', '201011110000000000000000'),
      title: 'ATTENDING',
      institution_id: institutionId,
      department_id: departmentId,
      specialties: '测试',
      submitted_at: new Date(),
    },
  ]);
}
