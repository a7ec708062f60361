import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { UsersContext } from '../context.ts';
import { LicenceDocument, LicenceDocumentStatus } from './licence-document.entity.ts';
import { LicenceUploadTicket, RequestLicenceUploadInput } from './licence-document.types.ts';

@Resolver(() => LicenceDocument)
export class LicenceDocumentResolver {
  @Mutation(() => LicenceUploadTicket, {
    description: 'Announces a document for an application, and gives leave to upload it. 申请上传证件材料',
  })
  async requestLicenceUpload(
    @Arg('input', () => RequestLicenceUploadInput, { description: 'The file.' })
    input: RequestLicenceUploadInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<LicenceUploadTicket> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const document = await services.licenceDocuments.request(actor, input);
    const { path, expiresAt } = services.licenceFileUrls.sign('PUT', document.id, actor.accountId);
    return { document, uploadUrl: path, expiresAt };
  }

  @FieldResolver(() => String, { description: 'The name to show and to save under. 文件名' })
  fileName(@Root() document: LicenceDocument, @Ctx() { services }: UsersContext): string {
    return services.licenceDocuments.nameOf(document);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where to GET it within five minutes, below the address of this API, with the same `Authorization` header as ' +
      'this call; null until it is stored. 下载地址',
  })
  downloadUrl(@Root() document: LicenceDocument, @Ctx() { actor, services }: UsersContext): string | null {
    if (actor.kind !== 'account' || document.status !== LicenceDocumentStatus.STORED) return null;
    return services.licenceFileUrls.sign('GET', document.id, actor.accountId).path;
  }
}
