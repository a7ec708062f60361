import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask } from './client.ts';
import { logInAnew } from './login.ts';
import { until } from './platform.ts';
import { asAdministrator, replicaCaughtUp } from './rows.ts';
import { employ } from './staff.ts';

export interface OwnDoctor {
  readonly doctorId: string;
  readonly accountId: string;
  readonly token: string;
  readonly licence: Awaited<ReturnType<typeof employ>>;
}

/** A doctor whose queue no other test calls from: licensed by an administrator, practising in the first hospital. */
export async function ownDoctor(name: string): Promise<OwnDoctor> {
  const { accessToken: token, accountId } = await logInAnew();
  const hospitalId = stableId('hos', 'H001');
  const departmentId = stableId('dep', '03.04');
  const doctorId = newId('doc');
  await asAdministrator(async (connection) => {
    await connection.query(
      'INSERT INTO yey_users.doctor (id, account_id, name, title, specialties) VALUES (?, ?, ?, ?, ?)',
      [doctorId, accountId, name, 'ATTENDING', '测试'],
    );
    await connection.query(
      'INSERT INTO yey_care.practice (doctor_id, hospital_id, department_id) VALUES (?, ?, ?)',
      [doctorId, hospitalId, departmentId],
    );
  });
  const licence = await employ({ accessToken: token }, { institutionId: hospitalId, departmentId, name });
  await until(async () => (await ask('{ mySchedules { id } }', {}, { token })).errors.length === 0);
  await replicaCaughtUp();
  return { doctorId, accountId, token, licence };
}
