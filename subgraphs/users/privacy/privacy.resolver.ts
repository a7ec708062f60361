import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { UsersContext } from '../context.ts';
import { DataExport, ExportFormat } from './data-export.entity.ts';
import { ErasureRequest } from './erasure-request.entity.ts';
import { CancelErasureInput, RequestErasureInput, RequestMyExportInput } from './privacy.inputs.ts';

@Resolver(() => DataExport)
export class ExportResolver {
  @Query(() => [DataExport], {
    description:
      'The last twenty copies of their data that the caller asked for, the newest first. 我的个人信息副本',
  })
  async myExports(@Ctx() { actor, services }: UsersContext): Promise<DataExport[]> {
    return services.exports.ofAccount(accountOf(actor));
  }

  @Mutation(() => DataExport, {
    description:
      'Asks for a copy of everything that is held of the caller and their patients, once a day. It is made within ' +
      'moments and kept for seven days. 申请个人信息副本',
  })
  async requestMyExport(
    @Arg('input', () => RequestMyExportInput, { description: 'The key of the call.' })
    input: RequestMyExportInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<DataExport> {
    const found = await services.exports.find(await services.exports.request(actor, input));
    if (!found) throw new AppError('NOT_FOUND', { what: 'DataExport' });
    return found;
  }

  @FieldResolver(() => [ExportFormat], { description: 'In which formats it can be downloaded. 格式' })
  formats(): ExportFormat[] {
    return Object.values(ExportFormat);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where to download it, a path below the address of the router; for five minutes, with the token of the owner. ' +
      'Null while there is nothing. 下载地址',
  })
  url(
    @Root() row: DataExport,
    @Arg('format', () => ExportFormat, {
      description: 'In which format. 格式',
      defaultValue: ExportFormat.JSON,
    })
    format: ExportFormat,
    @Ctx() { services }: UsersContext,
  ): string | null {
    return services.exportDownload.urlOf(row, format);
  }
}

@Resolver(() => ErasureRequest)
export class ErasureResolver {
  @Query(() => ErasureRequest, {
    nullable: true,
    description:
      'The last request of the caller to erase their account; null if there was none. 我的注销申请',
  })
  async myErasure(@Ctx() { actor, services }: UsersContext): Promise<ErasureRequest | null> {
    return services.erasures.ofAccount(accountOf(actor));
  }

  @Mutation(() => ErasureRequest, {
    description:
      'Asks to erase the account and the personal data of its patients after some days, in which it can be taken ' +
      'back. Signed records are kept as the law says. 申请注销账号',
  })
  async requestErasure(
    @Arg('input', () => RequestErasureInput, { description: 'Proof of who asks.' })
    input: RequestErasureInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<ErasureRequest> {
    if (input.code) await services.limiter.attempt('SMS_LOGIN');
    await services.erasures.request(actor, input);
    return own(await services.erasures.ofAccount(accountOf(actor)));
  }

  @Mutation(() => ErasureRequest, {
    description: 'Takes back the request to erase the account. 撤销注销申请',
  })
  async cancelErasure(
    @Arg('input', () => CancelErasureInput, { description: 'The key of the call.' })
    input: CancelErasureInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<ErasureRequest> {
    await services.erasures.cancel(actor, input);
    return own(await services.erasures.ofAccount(accountOf(actor)));
  }
}

function accountOf(actor: Actor): string {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  return actor.accountId;
}

function own(request: ErasureRequest | null): ErasureRequest {
  if (!request) throw new AppError('NOT_FOUND', { what: 'ErasureRequest' });
  return request;
}
