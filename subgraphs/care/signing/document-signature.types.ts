import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: "A doctor's electronic signature over a document. 电子签名" })
export class DocumentSignature {
  @Field(() => String, { description: 'Kind of signature, `Ed25519`. 算法' })
  algorithm!: string;

  /** Of the {@link SigningKey}. */
  keyId!: string;

  @Field(() => String, {
    description: 'SHA-256 of the signed document, hexadecimal; its bytes are signed. 摘要',
  })
  hash!: string;

  @Field(() => String, { description: 'The signature, base64. 签名值' })
  value!: string;
}
