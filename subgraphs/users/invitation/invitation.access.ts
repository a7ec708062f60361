import { AppError } from '../../../shared/errors/app-error.ts';
import { rule } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { findVisiblePatient } from '../patient/patient.access.ts';
import type { Patient } from '../patient/patient.entity.ts';
import { maskName } from './masked-name.ts';
import type { PhoneInvitation } from './phone-invitation.entity.ts';

/** Who asks, with the blind indexes of the numbers by which the account logs in. @throws AppError UNAUTHENTICATED */
export async function callerByPhone({ actor, loaders, services }: UsersContext) {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  const phones = (await loaders.of(services.phoneBook.indexes).load(actor.accountId)) ?? [];
  return { accountId: actor.accountId, phones };
}

/** Who offered it, who accepted it, and who may still accept it. */
export const isPartyOfInvitation = rule<UsersContext, PhoneInvitation>(
  'isPartyOfInvitation',
  async ({ fromAccountId, toAccountId, toIndex }, _args, context) => {
    const { accountId, phones } = await callerByPhone(context);
    return (
      [fromAccountId, toAccountId].includes(accountId) || (toAccountId === null && phones.includes(toIndex))
    );
  },
);

/** The patient for who may see it; null as long as an invitation is not accepted, and when it is over. */
export async function patientOf(
  context: UsersContext,
  { patientId }: PhoneInvitation,
): Promise<Patient | null> {
  return findVisiblePatient(context, patientId);
}

/** The name of the patient, masked for who may not see the patient. */
export async function nameOf(context: UsersContext, invitation: PhoneInvitation): Promise<string> {
  const { loaders, services } = context;
  const patient = await loaders.get(services.patients.byId, invitation.patientId, 'Patient');
  return (await patientOf(context, invitation)) ? patient.name : maskName(patient.name);
}

/** What the account that offers it calls itself. */
export async function offeredBy(
  { loaders, services }: UsersContext,
  { fromAccountId }: PhoneInvitation,
): Promise<string> {
  return (await loaders.get(services.accounts.byId, fromAccountId, 'Account')).displayName;
}
