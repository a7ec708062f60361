import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { isPartyOfConsultation } from '../consultation/consultation.access.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Attachment, AttachmentStatus } from './attachment.entity.ts';
import { RequestUploadInput, UploadTicket } from './attachment.types.ts';

@Resolver(() => Attachment)
export class AttachmentResolver {
  @Mutation(() => UploadTicket, {
    description:
      'Announces a file for an open consultation of the caller, and gives leave to upload it. 申请上传',
  })
  async requestUpload(
    @Arg('input', () => RequestUploadInput, { description: 'The file.' }) input: RequestUploadInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<UploadTicket> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const attachment = await services.attachments.request(actor, input);
    const { path, expiresAt } = services.fileUrls.sign('PUT', attachment.id, actor.accountId);
    return { attachment, uploadUrl: path, expiresAt };
  }

  @FieldResolver(() => String, { description: 'The name to show and to save under. 文件名' })
  fileName(@Root() attachment: Attachment, @Ctx() { services }: CareContext): string {
    return services.attachments.nameOf(attachment);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where to GET it within five minutes, below the address of this API, with the same `Authorization` header as ' +
      'this call; null until it is stored. 下载地址',
  })
  downloadUrl(@Root() attachment: Attachment, @Ctx() { actor, services }: CareContext): string | null {
    if (actor.kind !== 'account' || attachment.status !== AttachmentStatus.STORED) return null;
    return services.fileUrls.sign('GET', attachment.id, actor.accountId).path;
  }
}

@Resolver(() => Consultation)
export class ConsultationAttachmentsResolver {
  @FieldResolver(() => [Attachment], { description: 'Its files, the oldest first, at most 50. 附件' })
  async attachments(
    @Root() consultation: Consultation,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Attachment[]> {
    return (await loaders.of(services.attachmentStore.ofConsultation).load(consultation.id)) ?? [];
  }
}

/** The attachment, or null where there is none or it is not the caller's to see: the two cannot be told apart. */
export async function findOwnAttachment(context: CareContext, id: string): Promise<Attachment | null> {
  const { loaders, services } = context;
  const found = await loaders.of(services.attachmentStore.byId).load(parseId('att', id));
  return found && (await isPartyOfConsultation(context, found.consultationId)) ? found : null;
}
