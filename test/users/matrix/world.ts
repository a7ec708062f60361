import { data, tokenOf } from '../../testkit/client.ts';
import { logInAnew } from '../../testkit/login.ts';
import { ownDoctor } from '../../testkit/own-doctor.ts';
import { rows, replicaCaughtUp } from '../../testkit/rows.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { added } from '../some-patients.ts';
import { type MatrixRole, ROLES } from './roles.ts';

/** An account with one of everything that an account can have. */
export interface Subject {
  readonly accountId: string;
  readonly sessionId: string;
  readonly patientId: string;
  readonly entryId: string;
  readonly doctorId: string;
  readonly shareId: string;
  readonly transferId: string;
}

export interface Caller extends Subject {
  /** Undefined for nobody. */
  readonly token: string | undefined;
}

const GRANT = 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }';
const ALLERGY = `mutation ($input: RecordAllergyInput!) {
  recordAllergy(input: $input) { allergies { id } }
}`;

const SHARE = 'mutation ($input: SharePatientInput!) { sharePatient(input: $input) { id } }';
const OFFER = 'mutation ($input: OfferPatientTransferInput!) { offerPatientTransfer(input: $input) { id } }';

async function login(role: MatrixRole): Promise<{ token: string; accountId: string }> {
  if (role === 'DOCTOR') return ownDoctor('矩阵医生');
  const { accessToken: token, accountId } = await logInAnew();
  if (role !== 'PATIENT' && role !== 'NOBODY') {
    const input = { accountId, role, scope: 'PLATFORM' };
    await data(GRANT, { input }, { token: tokenOf('郑管理') });
  }
  return { token, accountId };
}

/** Somebody new with a role and one of everything. */
export async function someone(role: MatrixRole): Promise<Caller> {
  const { token, accountId } = await login(role);
  const { id: patientId } = await added(token);
  const input = {
    patientId,
    substance: 'J01CA04',
    name: '阿莫西林',
    severity: 'MILD',
    idempotencyKey: patientId,
  };
  const { recordAllergy } = await data(ALLERGY, { input }, { token });
  const offer = { patientId, idempotencyKey: patientId };
  const share = { ...offer, withPhone: '13900000008', level: 'VIEW', consentVersion: 1 };
  const { sharePatient } = await data(SHARE, { input: share }, { token });
  const transfer = { ...offer, toPhone: '13900000008' };
  const { offerPatientTransfer } = await data(OFFER, { input: transfer }, { token });
  const [session] = await rows('SELECT id FROM yey_users.session WHERE account_id = ?', [accountId]);
  return {
    token: role === 'NOBODY' ? undefined : token,
    accountId,
    sessionId: String(session?.id),
    patientId,
    entryId: (recordAllergy as { allergies: { id: string }[] }).allergies[0]?.id ?? '',
    doctorId: stableId('doc', 'demo-doctor-01'),
    shareId: (sharePatient as { id: string }).id,
    transferId: (offerPatientTransfer as { id: string }).id,
  };
}

/** One caller for each role, and another account with which none of them has anything to do. */
export async function makeWorld(): Promise<{ callers: Map<MatrixRole, Caller>; stranger: Subject }> {
  const callers = new Map<MatrixRole, Caller>();
  await Promise.all(ROLES.map(async (role) => callers.set(role, await someone(role))));
  const stranger = await someone('PATIENT');
  await replicaCaughtUp();
  return { callers, stranger };
}
