import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { Attachment, AttachmentPurpose } from './attachment.entity.ts';

@InputType({ description: 'Announces a file for a consultation. 申请上传附件' })
export class RequestUploadInput {
  @Field(() => ID, { description: 'The open consultation of the caller, `con_<ULID>`. 问诊' })
  consultationId!: string;

  @Field(() => String, { description: 'The name to show and to save under. 文件名' })
  fileName!: string;

  @Field(() => String, {
    description:
      'Its media type: application/pdf, image/jpeg, image/png, image/webp, application/dicom, audio/ogg, ' +
      'audio/mp4 or audio/mpeg. 文件类型',
  })
  contentType!: string;

  @Field(() => Int, { description: 'Exactly how many bytes will come. 大小（字节）' })
  size!: number;

  @Field(() => AttachmentPurpose, {
    defaultValue: AttachmentPurpose.CHAT,
    description: 'What it is for. 用途',
  })
  purpose!: AttachmentPurpose;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this upload.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'Leave to upload one file. 上传凭证' })
export class UploadTicket {
  @Field(() => Attachment, { description: 'What it will be. 附件' })
  attachment!: Attachment;

  @Field(() => String, {
    description:
      'Where to PUT the bytes, below the address of this API, with the same `Authorization` header as this call ' +
      'and a `Content-Length`. 上传地址',
  })
  uploadUrl!: string;

  @Field(() => DateTime, { description: 'Until when the upload must have begun. 有效期' })
  expiresAt!: Date;
}
