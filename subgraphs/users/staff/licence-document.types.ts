import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { LicenceDocument } from './licence-document.entity.ts';

@InputType({ description: 'Announces a document for an application. 申请上传证件材料' })
export class RequestLicenceUploadInput {
  @Field(() => String, { description: 'The name to show and to save under. 文件名' })
  fileName!: string;

  @Field(() => String, {
    description: 'Its media type: application/pdf, image/jpeg, image/png or image/webp. 文件类型',
  })
  contentType!: string;

  @Field(() => Int, { description: 'Exactly how many bytes will come. 大小（字节）' })
  size!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this upload.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'Leave to upload one document. 上传凭证' })
export class LicenceUploadTicket {
  @Field(() => LicenceDocument, { description: 'What it will be. 证件材料' })
  document!: LicenceDocument;

  @Field(() => String, {
    description:
      'Where to PUT the bytes, below the address of this API, with the same `Authorization` header as this call ' +
      'and a `Content-Length`. 上传地址',
  })
  uploadUrl!: string;

  @Field(() => DateTime, { description: 'Until when the upload must have begun. 有效期' })
  expiresAt!: Date;
}
