import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { maskPhone } from '../../../shared/phone/phone.ts';
import type { UsersContext } from '../context.ts';
import { callerByPhone, nameOf, offeredBy, patientOf } from '../invitation/invitation.access.ts';
import { Patient } from '../patient/patient.entity.ts';
import { PatientShareConnection } from './share.connection.ts';
import { PatientShare, PatientShareStatus, shareStatusAt } from './share.entity.ts';
import { PatientShareInput, SharePatientInput } from './share.inputs.ts';

@Resolver(() => PatientShare)
export class PatientShareResolver {
  @Query(() => PatientShareConnection, {
    description: 'Patients that others share with the caller, or offer to share. 共享给我的就诊人',
  })
  async sharedWithMe(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<PatientShareConnection> {
    const before = cursorOf(page.after, (text) => parseId('shr', text));
    const size = pageSize(page.first);
    const caller = await callerByPhone(context);
    const rows = await context.services.shares.pageFor(caller, before, size + 1);
    return connectionOf(rows, size, ({ id }) => id);
  }

  @Mutation(() => PatientShare, {
    description:
      'Offers another account to see a patient of the caller; it can accept for 72 hours. The call is the consent to ' +
      'SHARING. 共享就诊人',
  })
  async sharePatient(
    @Arg('input', () => SharePatientInput, { description: 'What is shared.' }) input: SharePatientInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<PatientShare> {
    return getShare(services, await services.sharing.share(actor, input));
  }

  @Mutation(() => PatientShare, {
    description: 'Accepts what was offered to a number of the caller. 接受共享',
  })
  async acceptPatientShare(
    @Arg('input', () => PatientShareInput, { description: 'Which.' }) input: PatientShareInput,
    @Ctx() context: UsersContext,
  ): Promise<PatientShare> {
    await context.services.sharing.accept(context.actor, input);
    context.loaders.clear();
    return getShare(context.services, input.shareId);
  }

  @Mutation(() => PatientShare, {
    description: 'Ends or declines a share, by either side, at once. 终止共享',
  })
  async revokePatientShare(
    @Arg('input', () => PatientShareInput, { description: 'Which.' }) input: PatientShareInput,
    @Ctx() context: UsersContext,
  ): Promise<PatientShare> {
    await context.services.sharing.revoke(context.actor, input);
    context.loaders.clear();
    return getShare(context.services, input.shareId);
  }

  @FieldResolver(() => PatientShareStatus, { description: 'Where it stands. 状态' })
  status(@Root() share: PatientShare, @Ctx() { services }: UsersContext): PatientShareStatus {
    return shareStatusAt(share, services.now());
  }

  @FieldResolver(() => String, { description: 'The number it was offered to, masked. 对方手机号' })
  withPhone(@Root() { toPhone }: PatientShare): string {
    return maskPhone(toPhone);
  }

  @FieldResolver(() => String, { description: 'Who shares it. 共享人' })
  async sharedBy(@Root() share: PatientShare, @Ctx() context: UsersContext): Promise<string> {
    return offeredBy(context, share);
  }

  @FieldResolver(() => String, {
    description: 'Name of the patient, masked until it is accepted. 就诊人姓名',
  })
  async patientName(@Root() share: PatientShare, @Ctx() context: UsersContext): Promise<string> {
    return nameOf(context, share);
  }

  @FieldResolver(() => Patient, { nullable: true, description: 'The patient, for who may see it. 就诊人' })
  async patient(@Root() share: PatientShare, @Ctx() context: UsersContext): Promise<Patient | null> {
    return patientOf(context, share);
  }
}

@Resolver(() => Patient)
export class PatientSharesResolver {
  @FieldResolver(() => [PatientShare], {
    description: 'With whom the patient is shared, and offers that are open, 20 at most. 共享情况',
  })
  async shares(@Root() { id }: Patient, @Ctx() { loaders, services }: UsersContext): Promise<PatientShare[]> {
    return (await loaders.of(services.shares.openOf).load(id)) ?? [];
  }
}

async function getShare({ shares }: UsersContext['services'], id: string): Promise<PatientShare> {
  const share = await shares.find(parseId('shr', id));
  if (!share) throw new AppError('NOT_FOUND', { what: 'PatientShare' });
  return share;
}
