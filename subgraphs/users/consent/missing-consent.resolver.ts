import { Arg, Ctx, Directive, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import { ConsentPurpose } from './consent.entity.ts';

const MAX_PATIENTS = 100;

@Directive('@inaccessible')
@ObjectType({
  description:
    'A consent that must be given before care begins with a patient, for the other subgraphs.\n为就诊人开始诊疗前尚缺的同意，仅供其他子图使用。',
})
export class MissingConsent {
  @Field(() => ID, {
    description: 'The patient with whom nothing new may begin, `pat_<ULID>`.\n暂不能开始诊疗的就诊人。',
  })
  patientId!: string;

  @Field(() => ConsentPurpose, { description: 'What has to be consented to.\n需要同意的事项。' })
  purpose!: ConsentPurpose;

  @Field(() => Int, { description: 'The version of the text that counts now.\n现行同意书版本。' })
  version!: number;

  @Field(() => Boolean, {
    description:
      'Whether the patient must consent in person, being 14 or older by now.\n是否须由已满 14 周岁的就诊人本人同意。',
  })
  isInPerson!: boolean;
}

@Resolver()
export class MissingConsentResolver {
  @Directive('@inaccessible')
  @Query(() => [MissingConsent], {
    description:
      'What has to be consented to before care begins with patients; a patient who is left out needs nothing. For the other subgraphs alone.\n开始诊疗前各就诊人尚缺的同意；未列出者无需补充。仅供其他子图使用。',
  })
  async missingConsents(
    @Arg('patientIds', () => [ID], {
      description: `The patients, at most ${MAX_PATIENTS}.\n就诊人，最多 ${MAX_PATIENTS} 位。`,
    })
    patientIds: string[],
    @Ctx() { services }: UsersContext,
  ): Promise<MissingConsent[]> {
    if (patientIds.length > MAX_PATIENTS) {
      throw new AppError('VALIDATION_FAILED', { field: 'patientIds', reason: `0 – ${MAX_PATIENTS}` });
    }
    const ids = [...new Set(patientIds.map((each) => parseId('pat', each)))];
    const missing = await services.consentNeeds.missingOf(await services.patients.byId.read(ids));
    return ids.flatMap((patientId, index) => {
      const found = missing[index];
      if (!found) return [];
      const { purpose, version } = found;
      return [{ patientId, purpose, version, isInPerson: found.patientId !== undefined }];
    });
  }
}
