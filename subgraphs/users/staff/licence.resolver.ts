import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { LicenceDocument } from './licence-document.entity.ts';
import { StaffLicenceConnection } from './licence.connection.ts';
import { LicenceStatus, StaffLicence, statusOn } from './licence.entity.ts';
import {
  ApplyForLicenceInput,
  ReinstateLicenceInput,
  RenewLicenceInput,
  ReviewLicenceInput,
  StaffApplicationFilter,
  SuspendLicenceInput,
} from './licence.inputs.ts';

@Resolver(() => StaffLicence)
export class LicenceResolver {
  @Query(() => [StaffLicence], { description: 'The licences of the caller, one a profession. 我的执业资格' })
  async myLicences(@Ctx() { actor, services }: UsersContext): Promise<StaffLicence[]> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    return services.licenceStore.ofAccount(actor.accountId);
  }

  @Query(() => StaffLicenceConnection, {
    description:
      'The licences that the caller reviews, by when they were first applied for. 执业资格审核列表',
  })
  async staffApplications(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => StaffApplicationFilter, { nullable: true, description: 'Which ones.' })
    filter: StaffApplicationFilter | null,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<StaffLicenceConnection> {
    const after = cursorOf(page.after, (text) => parseId('lic', text));
    const size = pageSize(page.first);
    const rows = await services.licenceReading.page(actor, filter ?? {}, after, size);
    return connectionOf(rows, size, (row) => row.id);
  }

  @Mutation(() => StaffLicence, {
    description: 'Applies for a licence, or again after a rejection. 申请执业资格',
  })
  async applyForLicence(
    @Arg('input', () => ApplyForLicenceInput, { description: 'The licence.' }) input: ApplyForLicenceInput,
    @Ctx() context: UsersContext,
  ): Promise<StaffLicence> {
    return licenceOf(context, await context.services.licenceApplications.apply(context.actor, input));
  }

  @Mutation(() => StaffLicence, {
    description: 'Approves or rejects an application; effective everywhere within two seconds. 审核执业资格',
  })
  async reviewLicence(
    @Arg('input', () => ReviewLicenceInput, { description: 'The decision.' }) input: ReviewLicenceInput,
    @Ctx() context: UsersContext,
  ): Promise<StaffLicence> {
    return licenceOf(context, await context.services.licenceReviews.review(context.actor, input));
  }

  @Mutation(() => StaffLicence, {
    description: 'Takes the effect of a licence away, everywhere within two seconds. 暂停执业资格',
  })
  async suspendLicence(
    @Arg('input', () => SuspendLicenceInput, { description: 'Which one, and why.' })
    input: SuspendLicenceInput,
    @Ctx() context: UsersContext,
  ): Promise<StaffLicence> {
    return licenceOf(context, await context.services.licenceReviews.suspend(context.actor, input));
  }

  @Mutation(() => StaffLicence, { description: 'Gives a suspended licence its effect back. 恢复执业资格' })
  async reinstateLicence(
    @Arg('input', () => ReinstateLicenceInput, { description: 'Which one.' }) input: ReinstateLicenceInput,
    @Ctx() context: UsersContext,
  ): Promise<StaffLicence> {
    return licenceOf(context, await context.services.licenceReviews.reinstate(context.actor, input));
  }

  @Mutation(() => StaffLicence, { description: 'Gives a licence another last day. 延续执业资格' })
  async renewLicence(
    @Arg('input', () => RenewLicenceInput, { description: 'Which one, and until when.' })
    input: RenewLicenceInput,
    @Ctx() context: UsersContext,
  ): Promise<StaffLicence> {
    return licenceOf(context, await context.services.licenceReviews.renew(context.actor, input));
  }

  @FieldResolver(() => LicenceStatus, { description: 'Where it stands today. 状态' })
  status(@Root() licence: StaffLicence, @Ctx() { services }: UsersContext): LicenceStatus {
    return statusOn(licence, services.today());
  }

  @FieldResolver(() => [LicenceDocument], {
    description: 'What was handed in with it, the oldest first. 证件材料',
  })
  async documents(
    @Root() licence: StaffLicence,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<LicenceDocument[]> {
    return (await loaders.of(services.licenceDocumentStore.ofLicence).load(licence.id)) ?? [];
  }
}

async function licenceOf({ loaders, services }: UsersContext, id: string): Promise<StaffLicence> {
  return loaders.get(services.licenceStore.byId, id, 'StaffLicence');
}
