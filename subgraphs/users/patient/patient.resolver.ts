import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { maskPhone } from '../../../shared/phone/phone.ts';
import type { UsersContext } from '../context.ts';
import { ageYears } from './age.ts';
import { maskIdentityNumber } from './identity-number.ts';
import { getVisiblePatient, isGuardian } from './patient.access.ts';
import { Patient } from './patient.entity.ts';
import { AddPatientInput } from './patient.inputs.ts';

@Resolver(() => Patient)
export class PatientResolver {
  @Query(() => [Patient], { description: 'The patients of the caller, 20 at most. 我的就诊人' })
  async myPatients(@Ctx() { actor, services }: UsersContext): Promise<Patient[]> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    return services.patients.ofAccount(actor.accountId);
  }

  @Query(() => Patient, {
    description:
      'A patient of the caller, or one whom the caller treats. NOT_FOUND for anybody else, UNAVAILABLE while it cannot ' +
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
