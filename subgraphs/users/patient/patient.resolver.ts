import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { maskPhone } from '../../../shared/phone/phone.ts';
import { needsOwnConsent } from '../consent/consent-needs.ts';
import type { UsersContext } from '../context.ts';
import { ageYears } from './age.ts';
import { maskIdentityNumber } from './identity-number.ts';
import { getVisiblePatient, isGuardian } from './patient.access.ts';
import { Patient } from './patient.entity.ts';
import { AddPatientInput, RemovePatientInput, UpdatePatientInput } from './patient.inputs.ts';

@Resolver(() => Patient)
export class PatientResolver {
  @Query(() => [Patient], {
    description: 'The patients of the caller, 20 at most, without those that were removed. 我的就诊人',
  })
  async myPatients(@Ctx() { actor, services }: UsersContext): Promise<Patient[]> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    return services.patients.ofAccount(actor.accountId);
  }

  @Query(() => Patient, {
    description:
      'A patient of the caller, one that is shared with the caller, or one whom the caller treats. NOT_FOUND for anybody else, UNAVAILABLE while it cannot ' +
      'be told whom the caller treats. 就诊人',
  })
  async patient(
    @Arg('id', () => ID, { description: 'Identifier, `pat_<ULID>`.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<Patient> {
    return getVisiblePatient(context, id);
  }

  @Mutation(() => Patient, { description: 'Adds a patient to the account of the caller. 添加就诊人' })
  async addPatient(
    @Arg('input', () => AddPatientInput, { description: 'Who it is.' }) input: AddPatientInput,
    @Ctx() context: UsersContext,
  ): Promise<Patient> {
    const { actor, services } = context;
    const id = await services.patientAdding.add(actor, input);
    return getVisiblePatient(context, parseId('pat', id));
  }

  @Mutation(() => Patient, {
    description: 'Changes a patient of the caller; the version before is kept. 修改就诊人',
  })
  async updatePatient(
    @Arg('input', () => UpdatePatientInput, { description: 'What changes.' }) input: UpdatePatientInput,
    @Ctx() context: UsersContext,
  ): Promise<Patient> {
    await context.services.patientEditing.update(context.actor, input);
    context.loaders.clear();
    return getVisiblePatient(context, input.patientId);
  }

  @Mutation(() => Patient, {
    description:
      'Takes a patient off the list of the caller: no new booking, no share, no change; records stay as the law ' +
      'demands and can be read. Adding the same identity number again brings the patient back. 移除就诊人',
  })
  async removePatient(
    @Arg('input', () => RemovePatientInput, { description: 'Whom.' }) input: RemovePatientInput,
    @Ctx() context: UsersContext,
  ): Promise<Patient> {
    await context.services.patientEditing.remove(context.actor, input);
    context.loaders.clear();
    return getVisiblePatient(context, input.patientId);
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether the patient was added as a child, is 14 by now and has not consented in person; changes wait for ' +
      '`giveConsent` of HEALTH_DATA for the patient. 需本人同意',
  })
  async needsOwnConsent(
    @Root() patient: Patient,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<boolean> {
    const consents = (await loaders.of(services.consents.holding).load(patient.accountId)) ?? [];
    return needsOwnConsent(patient, consents, services.today());
  }

  @FieldResolver(() => Int, { description: 'Age in completed years. 年龄' })
  ageYears(@Root() { birthDate }: Patient, @Ctx() { services }: UsersContext): number {
    return ageYears(birthDate, services.today());
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Identity number; masked for all but the guardian. 身份证号',
  })
  identityNumber(@Root() patient: Patient, @Ctx() { actor }: UsersContext): string | null {
    const { identityNumber } = patient;
    return identityNumber && !isGuardian(actor, patient)
      ? maskIdentityNumber(identityNumber)
      : identityNumber;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Mobile number; masked for all but the guardian. 手机号',
  })
  phone(@Root() patient: Patient, @Ctx() { actor }: UsersContext): string | null {
    const { phone } = patient;
    return phone && !isGuardian(actor, patient) ? maskPhone(phone) : phone;
  }
}
