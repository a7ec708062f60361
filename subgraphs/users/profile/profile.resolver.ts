import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import type { Doctor } from '../doctor/doctor.entity.ts';
import { isValidOn } from '../staff/licence.entity.ts';
import { DoctorProfile, PatientProfile } from './profile.types.ts';

@Resolver()
export class ProfileResolver {
  @Directive('@inaccessible')
  @Query(() => PatientProfile, {
    nullable: true,
    description: 'A patient with the health archive; null if there is none. For the other subgraphs alone.',
  })
  async patientProfile(
    @Arg('id', () => ID, { description: 'The patient, `pat_<ULID>`.' }) id: string,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<PatientProfile | null> {
    return services.profiles.findPatient(actor, parseId('pat', id));
  }

  @Directive('@inaccessible')
  @Query(() => DoctorProfile, {
    nullable: true,
    description: 'A doctor with the login; null if there is none. For the other subgraphs alone.',
  })
  async doctorProfile(
    @Arg('id', () => ID, { description: 'The doctor, `doc_<ULID>`.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<DoctorProfile | null> {
    const { loaders, services } = context;
    return profileOf(context, await loaders.of(services.doctors.byId).load(parseId('doc', id)));
  }

  @Directive('@inaccessible')
  @Query(() => DoctorProfile, {
    nullable: true,
    description:
      'The doctor who logs in with an account and may practise; null if it is none. For the other subgraphs alone.',
  })
  async doctorOfAccount(
    @Arg('accountId', () => ID, { description: 'The account, `acc_<ULID>`.' }) accountId: string,
    @Ctx() context: UsersContext,
  ): Promise<DoctorProfile | null> {
    const { loaders, services } = context;
    return profileOf(context, await loaders.of(services.doctors.byAccount).load(parseId('acc', accountId)));
  }

  @Directive('@inaccessible')
  @Query(() => Boolean, {
    description:
      'Whether a patient is the owner of an account or belongs to it, also by the identity number. For the other subgraphs alone. 是否本人或本人账号下的就诊人',
  })
  async isOwnPatient(
    @Arg('accountId', () => ID, { description: 'The account, `acc_<ULID>`. 账号' }) accountId: string,
    @Arg('patientId', () => ID, { description: 'The patient, `pat_<ULID>`. 就诊人' }) patientId: string,
    @Ctx() { services }: UsersContext,
  ): Promise<boolean> {
    return services.ownPatients.isOwn(parseId('acc', accountId), parseId('pat', patientId));
  }
}

async function profileOf(
  { loaders, services }: UsersContext,
  doctor: Doctor | null,
): Promise<DoctorProfile | null> {
  if (!doctor) return null;
  const licence = await loaders.of(services.licenceStore.ofDoctor).load(doctor.accountId);
  const { id, accountId, name, title } = doctor;
  const place = licence && isValidOn(licence, services.today()) ? licence : null;
  const { institutionId: hospitalId = null, departmentId = null } = place ?? {};
  return { id, accountId, name, title, hospitalId, departmentId };
}
