import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { reachOf } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { SafetyFinding } from '../../../shared/safety/safety-finding.ts';
import type { PharmacyContext } from '../context.ts';
import { Prescription } from '../external/prescription.ts';
import { findingsFor } from '../safety/safety.resolver.ts';
import { PrescriptionReview, ReviewStatus } from './prescription-review.entity.ts';
import { ReviewCheck } from './review-items.ts';
import { PrescriptionReviewConnection } from './review.connection.ts';
import { ReviewPrescriptionInput } from './review.inputs.ts';
import { isVisibleReview } from './review.access.ts';
import { PrescriptionSheet, sheetOf } from './sheet.types.ts';

@Resolver(() => PrescriptionReview)
export class ReviewResolver {
  @Query(() => PrescriptionReviewConnection, {
    description:
      'Prescriptions of the hospitals for which the pharmacies of the caller review, the longest waiting first. 审方列表（本药房承担审方的医院）',
  })
  async prescriptionReviews(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => ReviewStatus, { nullable: true, description: 'Only those of this status. 状态' })
    status: ReviewStatus | null | undefined,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<PrescriptionReviewConnection> {
    const after = cursorOf(page.after, (text) => parseId('rev', text));
    const size = pageSize(page.first);
    const rows = await services.reviewStore.page(
      { status: status ?? undefined, within: reachOf(actor, 'prescription.review') },
      after,
      size + 1,
    );
    return connectionOf(rows, size, (review) => review.id);
  }

  @Query(() => PrescriptionReview, {
    description:
      'A review by identifier. NOT_FOUND for anybody else than its parties and pharmacists. 审方详情',
  })
  async prescriptionReview(
    @Arg('id', () => ID, { description: 'Identifier, `rev_<ULID>`.' }) id: string,
    @Ctx() context: PharmacyContext,
  ): Promise<PrescriptionReview> {
    const found = await findVisibleReview(context, parseId('rev', id));
    if (!found) throw new AppError('NOT_FOUND', { what: 'PrescriptionReview' });
    return found;
  }

  @Mutation(() => PrescriptionReview, {
    description:
      'Approves or rejects a prescription, item by item, by a pharmacist who is not its author. 审核处方',
  })
  async reviewPrescription(
    @Arg('input', () => ReviewPrescriptionInput, { description: 'The decision.' })
    input: ReviewPrescriptionInput,
    @Ctx() { actor, loaders, services }: PharmacyContext,
  ): Promise<PrescriptionReview> {
    const id = await services.reviews.decide(actor, input);
    loaders.clear();
    const review = await loaders.of(services.reviewStore.byId).load(id);
    if (!review) throw new AppError('NOT_FOUND', { what: 'PrescriptionReview' });
    return review;
  }

  @FieldResolver(() => Prescription, { description: 'What is reviewed. 处方' })
  prescription(@Root() review: PrescriptionReview): Prescription {
    return Prescription.of(review.prescriptionId);
  }

  @FieldResolver(() => PrescriptionSheet, {
    nullable: true,
    description: 'The sheet as the doctor signed it; null only with an error, when it cannot be read. 处方笺',
  })
  async sheet(
    @Root() review: PrescriptionReview,
    @Ctx() { actor, loaders, services }: PharmacyContext,
  ): Promise<PrescriptionSheet> {
    const signed = await loaders.of(services.reviewReader.for(actor).sheets).load(review);
    if (!signed) throw new AppError('NOT_FOUND', { what: 'Prescription' });
    return sheetOf(signed);
  }

  @FieldResolver(() => [SafetyFinding], {
    nullable: true,
    description:
      'What speaks against it: by the archive of today, or as it was when it was decided; null only with an error, when it cannot be checked. 用药审查结果',
  })
  async findings(
    @Root() review: PrescriptionReview,
    @Ctx() { actor, loaders, locale, services }: PharmacyContext,
  ): Promise<SafetyFinding[]> {
    const found = await loaders.of(services.reviewReader.for(actor).findings).load(review);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Patient' });
    return findingsFor(found, locale);
  }

  @FieldResolver(() => [ReviewCheck], { description: 'The ten items as they were compared. 四查十对' })
  checks(@Root() review: PrescriptionReview): ReviewCheck[] {
    return review.checks === null ? [] : (JSON.parse(review.checks) as ReviewCheck[]);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why, where a reason was given. 理由' })
  reason(@Root() review: PrescriptionReview, @Ctx() { services }: PharmacyContext): string | null {
    return services.reviewReader.reasonOf(review);
  }
}

@Resolver(() => Prescription)
export class ReviewOfPrescriptionResolver {
  @FieldResolver(() => PrescriptionReview, {
    nullable: true,
    description: 'Its review by a pharmacist; null until it came in, and for strangers. 审方',
  })
  async review(
    @Root() { id }: Prescription,
    @Ctx() context: PharmacyContext,
  ): Promise<PrescriptionReview | null> {
    const { loaders, services } = context;
    const review = await loaders.of(services.reviewStore.byPrescription).load(id);
    return review && (await isVisibleReview(context, review)) ? review : null;
  }
}

/** The review, or null where there is none or it is not the caller's to see: the two are never told apart. */
export async function findVisibleReview(
  context: PharmacyContext,
  id: string,
): Promise<PrescriptionReview | null> {
  const { loaders, services } = context;
  const review = await loaders.of(services.reviewStore.byId).load(id);
  return review && (await isVisibleReview(context, review)) ? review : null;
}
