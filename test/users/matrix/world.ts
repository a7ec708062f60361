import { newId, stableId } from '../../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../../testkit/client.ts';
import { type Login, logInAnew } from '../../testkit/login.ts';
import { until } from '../../testkit/platform.ts';
import { asAdministrator, replicaCaughtUp, rows } from '../../testkit/rows.ts';
import { withSecondFactor } from '../../testkit/second-factor.ts';
import { employ } from '../../testkit/staff.ts';
import { applied, digits, HOSPITAL } from '../licence-kit.ts';
import { added } from '../some-patients.ts';
import { batch, glucose, UPLOAD } from '../some-observations.ts';
import { type MatrixRole, ROLES } from './roles.ts';

/** An account with one of everything that an account can have. */
export interface Subject {
  readonly accountId: string;
  readonly sessionId: string;
  readonly identityId: string;
  readonly patientId: string;
  readonly entryId: string;
  readonly doctorId: string;
  readonly pharmacistId: string;
  readonly shareId: string;
  readonly transferId: string;
  readonly observationId: string;
  readonly reminderId: string;
  readonly occurrenceId: string;
  readonly planId: string;
  readonly itemId: string;
  readonly licenceId: string;
}

export interface Caller extends Subject {
  /** Undefined for nobody. */
  readonly token: string | undefined;
}

interface Made {
  readonly id: string;
  readonly items?: { readonly id: string }[];
  readonly allergies?: { readonly id: string }[];
}

const GRANT = 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }';
const ALLERGY =
  'mutation ($input: RecordAllergyInput!) { made: recordAllergy(input: $input) { allergies { id } } }';
const SHARE = 'mutation ($input: SharePatientInput!) { made: sharePatient(input: $input) { id } }';
const OFFER =
  'mutation ($input: OfferPatientTransferInput!) { made: offerPatientTransfer(input: $input) { id } }';
const REMIND = 'mutation ($input: CreateReminderInput!) { made: createReminder(input: $input) { id } }';
const PLAN =
  'mutation ($input: CreateFollowUpPlanInput!) { made: createFollowUpPlan(input: $input) { id items { id } } }';

const PHARMACY = stableId('pha', 'demo-pharmacy-01');

const asPharmacist = () => ({
  kind: 'PHARMACIST',
  title: 'PHARMACIST',
  departmentId: null,
  institutionId: PHARMACY,
  licenceNumber: digits(12),
  qualificationNumber: `ZG${digits(8)}`,
});

async function login(role: MatrixRole): Promise<Login> {
  const made = await logInAnew();
  const { accountId } = made;
  if (role === 'PATIENT' || role === 'NOBODY') return made;
  if (role === 'DOCTOR' || role === 'PHARMACIST') {
    await employ(made, { institutionId: role === 'DOCTOR' ? HOSPITAL : PHARMACY });
    return made;
  }
  const input = { accountId, role, scope: 'PLATFORM' };
  await data(GRANT, { input }, { token: tokenOf('郑管理') });
  if (role === 'AUDITOR') {
    // What the session could do before is believed for two seconds.
    const trail = '{ auditTrail(first: 1) { edges { cursor } } }';
    await until(async () => (await ask(trail, {}, { token: made.accessToken })).errors.length === 0);
  }
  return role === 'ADMIN' ? withSecondFactor(made) : made;
}

/** A reminder that fell due, without waiting for the day. */
async function dueOccurrence(reminderId: string, patientId: string, accountId: string): Promise<string> {
  const id = newId('rmo');
  const row = {
    id,
    reminder_id: reminderId,
    patient_id: patientId,
    account_id: accountId,
    seq: 1,
    status: 'DUE',
  };
  await asAdministrator((connection) =>
    connection.query('INSERT INTO yey_users.reminder_occurrence SET ?', [{ ...row, due_at: new Date() }]),
  );
  return id;
}

/** Somebody new with a role and one of everything. */
export async function someone(role: MatrixRole): Promise<Caller> {
  const begun = await login(role);
  const { accessToken: token, accountId } = begun;
  const { id: patientId } = await added(token);
  const make = async (mutation: string, input: object) => {
    const answer = await data(
      mutation,
      { input: { patientId, idempotencyKey: newId('key'), ...input } },
      { token },
    );
    return answer.made as Made;
  };
  const allergy = await make(ALLERGY, { substance: 'J01CA04', name: '阿莫西林', severity: 'MILD' });
  const share = await make(SHARE, { withPhone: '13900000008', level: 'VIEW', consentVersion: 1 });
  const transfer = await make(OFFER, { toPhone: '13900000008' });
  const schedule = { times: ['08:00'], from: '2099-01-01' };
  const reminder = await make(REMIND, { kind: 'MEDICATION', title: '吃药', schedule });
  const plan = await make(PLAN, {
    title: '复诊',
    items: [{ kind: 'VISIT', text: '复诊', dueOn: '2099-01-01' }],
  });
  const { uploadObservations } = await data(UPLOAD, batch(patientId, [glucose('1')]), { token });
  const { outcomes } = uploadObservations as { outcomes: { observation: { id: string } | null }[] };
  // Who applies holds the role of the licence only when it is approved.
  const licence = await applied(begun, role === 'DOCTOR' ? asPharmacist() : {});
  const [session] = await rows('SELECT id FROM yey_users.session WHERE account_id = ?', [accountId]);
  const [identity] = await rows('SELECT id FROM yey_users.identity WHERE account_id = ?', [accountId]);
  return {
    token: role === 'NOBODY' ? undefined : token,
    accountId,
    sessionId: String(session?.id),
    identityId: String(identity?.id),
    patientId,
    entryId: allergy.allergies?.[0]?.id ?? '',
    doctorId: stableId('doc', 'demo-doctor-01'),
    pharmacistId: stableId('phm', 'demo-pharmacist-01'),
    shareId: share.id,
    transferId: transfer.id,
    observationId: outcomes[0]?.observation?.id ?? '',
    reminderId: reminder.id,
    occurrenceId: await dueOccurrence(reminder.id, patientId, accountId),
    planId: plan.id,
    itemId: plan.items?.[0]?.id ?? '',
    licenceId: licence.id,
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
