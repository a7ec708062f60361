import { Arg, Ctx, Directive, Field, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { PharmacyContext } from '../context.ts';
import { Pharmacy } from '../pharmacy/pharmacy.entity.ts';
import { ReviewAssignmentInput } from './review-assignment.inputs.ts';

const MAX_PRESCRIPTIONS = 500;

@Directive('@inaccessible')
@ObjectType({
  description:
    'The pharmacies that have to do with a prescription. For the other subgraphs alone. 处方相关药房',
})
export class PrescriptionPlaces {
  @Field(() => ID, { description: 'The prescription, `rxn_<ULID>`. 处方' })
  prescriptionId!: string;

  @Field(() => [ID], { description: 'The pharmacies that review for its hospital. 审方药房' })
  reviewedAt!: readonly string[];

  @Field(() => [ID], { description: 'The pharmacies with an order for it. 下单药房' })
  orderedAt!: readonly string[];
}

@Resolver()
export class ReviewAssignmentResolver {
  @Query(() => [Pharmacy], {
    description:
      'The pharmacies whose pharmacists review the prescriptions of a hospital. 承担某医院审方的药房列表',
  })
  async reviewingPharmacies(
    @Arg('hospitalId', () => ID, { description: 'The hospital, `hos_<ULID>`. 医院' }) hospitalId: string,
    @Ctx() context: PharmacyContext,
  ): Promise<Pharmacy[]> {
    return pharmaciesFor(context, parseId('hos', hospitalId));
  }

  @Mutation(() => [Pharmacy], {
    nullable: true,
    description:
      'Lets a pharmacy review the prescriptions of a hospital, for its administrators; answers with all that do. From the first one on only the named ones review. 指定审方药房',
  })
  async assignReviewingPharmacy(
    @Arg('input', () => ReviewAssignmentInput, { description: 'The hospital and the pharmacy. 医院与药房' })
    input: ReviewAssignmentInput,
    @Ctx() context: PharmacyContext,
  ): Promise<Pharmacy[]> {
    await context.services.reviewAssignments.assign(context.actor, input);
    return pharmaciesFor(context, input.hospitalId);
  }

  @Mutation(() => [Pharmacy], {
    nullable: true,
    description:
      'Ends that a pharmacy reviews for a hospital, for its administrators; answers with those that still do. 取消审方药房',
  })
  async withdrawReviewingPharmacy(
    @Arg('input', () => ReviewAssignmentInput, { description: 'The hospital and the pharmacy. 医院与药房' })
    input: ReviewAssignmentInput,
    @Ctx() context: PharmacyContext,
  ): Promise<Pharmacy[]> {
    await context.services.reviewAssignments.withdraw(context.actor, input);
    return pharmaciesFor(context, input.hospitalId);
  }

  @Directive('@inaccessible')
  @Query(() => [PrescriptionPlaces], {
    description:
      'Which pharmacies have to do with prescriptions; those that have not come in are left out. For the other subgraphs alone. 处方相关药房',
  })
  async prescriptionPlaces(
    @Arg('prescriptionIds', () => [ID], {
      description: `The prescriptions, at most ${MAX_PRESCRIPTIONS}. 处方，最多 ${MAX_PRESCRIPTIONS} 张`,
    })
    prescriptionIds: string[],
    @Ctx() { services }: PharmacyContext,
  ): Promise<PrescriptionPlaces[]> {
    if (prescriptionIds.length > MAX_PRESCRIPTIONS) {
      throw new AppError('VALIDATION_FAILED', {
        field: 'prescriptionIds',
        reason: `0 – ${MAX_PRESCRIPTIONS}`,
      });
    }
    return services.reviewPlaces.of(prescriptionIds.map((id) => parseId('rxn', id)));
  }

  @Directive('@inaccessible')
  @Query(() => Boolean, {
    description: 'Whether there is a pharmacy. For the other subgraphs alone. 药房是否存在',
  })
  async pharmacyExists(
    @Arg('id', () => ID, { description: 'The pharmacy, `pha_<ULID>`. 药房' }) id: string,
    @Ctx() { services }: PharmacyContext,
  ): Promise<boolean> {
    return services.pharmacies.exists(parseId('pha', id));
  }
}

async function pharmaciesFor(
  { loaders, services }: PharmacyContext,
  hospitalId: string,
): Promise<Pharmacy[]> {
  const ids = await services.reviewAssignments.of(hospitalId);
  return Promise.all(ids.map((id) => loaders.get(services.pharmacies.byId, id, 'Pharmacy')));
}
