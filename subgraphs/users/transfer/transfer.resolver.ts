import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { maskPhone } from '../../../shared/phone/phone.ts';
import type { UsersContext } from '../context.ts';
import { callerByPhone, nameOf, offeredBy, patientOf } from '../invitation/invitation.access.ts';
import { getVisiblePatient } from '../patient/patient.access.ts';
import { Patient } from '../patient/patient.entity.ts';
import { PatientTransferConnection } from './transfer.connection.ts';
import { PatientTransfer, PatientTransferStatus, transferStatusAt } from './transfer.entity.ts';
import {
  AcceptPatientTransferInput,
  OfferPatientTransferInput,
  PatientTransferInput,
} from './transfer.inputs.ts';

@Resolver(() => PatientTransfer)
export class PatientTransferResolver {
  @Query(() => PatientTransferConnection, {
    description: 'Transfers that are offered to the caller, or by the caller, and open. 待处理的就诊人转移',
  })
  async patientTransfers(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<PatientTransferConnection> {
    const before = cursorOf(page.after, (text) => parseId('trf', text));
    const size = pageSize(page.first);
    const caller = await callerByPhone(context);
    const rows = await context.services.transfers.pageFor(caller, before, size + 1);
    return connectionOf(rows, size, ({ id }) => id);
  }

  @Mutation(() => PatientTransfer, {
    description:
      'Offers another account to become the guardian of a patient; it can accept for 72 hours. 转移就诊人',
  })
  async offerPatientTransfer(
    @Arg('input', () => OfferPatientTransferInput, { description: 'What is offered, to whom.' })
    input: OfferPatientTransferInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<PatientTransfer> {
    return getTransfer(services, await services.transferring.offer(actor, input));
  }

  @Mutation(() => Patient, {
    description: 'Takes over a patient; who offered it loses it at once, with all shares. 接受转移',
  })
  async acceptPatientTransfer(
    @Arg('input', () => AcceptPatientTransferInput, { description: 'Which.' })
    input: AcceptPatientTransferInput,
    @Ctx() context: UsersContext,
  ): Promise<Patient> {
    const id = await context.services.transferring.accept(context.actor, input);
    context.loaders.clear();
    return getVisiblePatient(context, id);
  }

  @Mutation(() => PatientTransfer, { description: 'Declines what was offered to the caller. 拒绝转移' })
  async declinePatientTransfer(
    @Arg('input', () => PatientTransferInput, { description: 'Which.' }) input: PatientTransferInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<PatientTransfer> {
    await services.transferring.decline(actor, input);
    return getTransfer(services, input.transferId);
  }

  @Mutation(() => PatientTransfer, { description: 'Takes back what the caller offered. 撤销转移' })
  async cancelPatientTransfer(
    @Arg('input', () => PatientTransferInput, { description: 'Which.' }) input: PatientTransferInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<PatientTransfer> {
    await services.transferring.cancel(actor, input);
    return getTransfer(services, input.transferId);
  }

  @FieldResolver(() => PatientTransferStatus, { description: 'Where it stands. 状态' })
  status(@Root() transfer: PatientTransfer, @Ctx() { services }: UsersContext): PatientTransferStatus {
    return transferStatusAt(transfer, services.now());
  }

  @FieldResolver(() => String, { description: 'The number it was offered to, masked. 对方手机号' })
  toPhone(@Root() { toPhone }: PatientTransfer): string {
    return maskPhone(toPhone);
  }

  @FieldResolver(() => String, { description: 'Who offers it. 转出人' })
  async offeredBy(@Root() transfer: PatientTransfer, @Ctx() context: UsersContext): Promise<string> {
    return offeredBy(context, transfer);
  }

  @FieldResolver(() => String, {
    description: 'Name of the patient, masked until it is accepted. 就诊人姓名',
  })
  async patientName(@Root() transfer: PatientTransfer, @Ctx() context: UsersContext): Promise<string> {
    return nameOf(context, transfer);
  }

  @FieldResolver(() => Patient, { nullable: true, description: 'The patient, for who may see it. 就诊人' })
  async patient(@Root() transfer: PatientTransfer, @Ctx() context: UsersContext): Promise<Patient | null> {
    return patientOf(context, transfer);
  }
}

async function getTransfer({ transfers }: UsersContext['services'], id: string): Promise<PatientTransfer> {
  const transfer = await transfers.find(parseId('trf', id));
  if (!transfer) throw new AppError('NOT_FOUND', { what: 'PatientTransfer' });
  return transfer;
}
