import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from './client.ts';
import { logInAnew } from './login.ts';
import { until } from './platform.ts';
import { asAdministrator, replicaCaughtUp } from './rows.ts';

export interface OwnDoctor {
  readonly doctorId: string;
  readonly accountId: string;
  readonly token: string;
}

/** A doctor whose queue no other test calls from: licensed by an administrator, practising in the first hospital. */
export async function ownDoctor(name: string): Promise<OwnDoctor> {
  const { accessToken: token, accountId } = await logInAnew();
  const doctorId = newId('doc');
  await asAdministrator(async (connection) => {
    await connection.query(
      'INSERT INTO yey_users.doctor (id, account_id, name, title, specialties) VALUES (?, ?, ?, ?, ?)',
      [doctorId, accountId, name, 'ATTENDING', '测试'],
    );
    await connection.query(
      'INSERT INTO yey_care.practice (doctor_id, hospital_id, department_id) VALUES (?, ?, ?)',
      [doctorId, stableId('hos', 'H001'), stableId('dep', '03.04')],
    );
  });
  await data(
    'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }',
    { input: { accountId, role: 'DOCTOR', scope: 'PLATFORM' } },
    { token: tokenOf('郑管理') },
  );
  await until(async () => (await ask('{ mySchedules { id } }', {}, { token })).errors.length === 0);
  await replicaCaughtUp();
  return { doctorId, accountId, token };
}
