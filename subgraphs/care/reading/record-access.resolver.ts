import { Arg, Ctx, Directive, ID, Int, Query, Resolver } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { CareContext } from '../context.ts';
import { RecordAccess } from './record-access.types.ts';

/** A page has one entry more, which tells that there is a next one. */
const MOST = 101;
const MOST_PATIENTS = 100;

@Resolver(() => RecordAccess)
export class RecordAccessResolver {
  @Directive('@inaccessible')
  @Query(() => [RecordAccess], {
    description:
      'Who was at records, prescriptions and attachments of patients, the newest first. 病历访问记录',
  })
  async recordAccesses(
    @Arg('patientIds', () => [ID], { description: `The patients, at most ${MOST_PATIENTS}.` })
    patientIds: string[],
    @Arg('before', () => ID, { nullable: true, description: 'Only entries before this one, `aud_<ULID>`.' })
    before: string | null | undefined,
    @Arg('first', () => Int, { description: `How many of each patient, 1 to ${MOST}.` }) first: number,
    @Ctx() { services }: CareContext,
  ): Promise<RecordAccess[]> {
    if (patientIds.length > MOST_PATIENTS || first < 1 || first > MOST) {
      throw new AppError('VALIDATION_FAILED', { field: 'first', reason: `1 – ${MOST}` });
    }
    const patients = patientIds.map((each) => parseId('pat', each));
    return services.recordAccesses.newest(patients, before ? parseId('aud', before) : undefined, first);
  }
}
