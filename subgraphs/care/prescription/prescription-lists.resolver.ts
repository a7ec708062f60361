import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Patient } from '../external/patient.ts';
import { pageOfPatient } from '../reading/page-of-patient.ts';
import { PrescriptionConnection } from './prescription.connection.ts';
import { Prescription } from './prescription.entity.ts';

@Resolver(() => Patient)
export class PatientPrescriptionsResolver {
  @FieldResolver(() => PrescriptionConnection, {
    description: 'The prescriptions that the caller may see, the newest first. 处方列表',
  })
  async prescriptions(
    @Root() patient: Patient,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: CareContext,
  ): Promise<PrescriptionConnection> {
    return pageOfPatient(context, patient.id, page, { ...context.services.prescriptions, type: 'rxn' });
  }
}

@Resolver(() => Consultation)
export class ConsultationPrescriptionsResolver {
  @FieldResolver(() => [Prescription], {
    description: 'What was prescribed, as far as the caller may see it; 20 at most. 处方',
  })
  async prescriptions(
    @Root() consultation: Consultation,
    @Ctx() context: CareContext,
  ): Promise<Prescription[]> {
    const { reading, store } = context.services.prescriptions;
    const ids = (await context.loaders.of(store.idsOfConsultation).load(consultation.id)) ?? [];
    const found = await Promise.all(ids.map((id) => reading.find(context, id)));
    return found.filter((prescription) => prescription !== null);
  }
}
