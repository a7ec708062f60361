import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { actorId } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { CareContext } from '../context.ts';
import { DocumentSignature } from './document-signature.types.ts';
import { SigningKey } from './signing-key.entity.ts';
import { CreateSigningKeyInput, ReplaceSigningKeyInput, RetireSigningKeyInput } from './signing.inputs.ts';

@Resolver(() => DocumentSignature)
export class SigningResolver {
  @Query(() => SigningKey, {
    nullable: true,
    description: 'The key with which the caller signs. 我的签名密钥',
  })
  async mySigningKey(@Ctx() { actor, services }: CareContext): Promise<SigningKey | null> {
    return services.signingKeyStore.findActive(actorId(actor));
  }

  @Query(() => SigningKey, {
    nullable: true,
    description: 'A public key by identifier, so that anybody can check a signature. 签名公钥',
  })
  async signingKey(
    @Arg('id', () => ID, { description: 'Identifier, `sgk_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<SigningKey | null> {
    return loaders.of(services.signingKeyStore.byId).load(parseId('sgk', id));
  }

  @Mutation(() => SigningKey, { description: "Makes the caller's signing key. 创建签名密钥" })
  async createSigningKey(
    @Arg('input', () => CreateSigningKeyInput, { description: 'Its PIN.' }) input: CreateSigningKeyInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<SigningKey> {
    return services.signingKeys.create(actor, input);
  }

  @Mutation(() => SigningKey, { description: 'Takes a new key with a new PIN into use. 更换签名密钥' })
  async replaceSigningKey(
    @Arg('input', () => ReplaceSigningKeyInput, { description: 'Old and new PIN.' })
    input: ReplaceSigningKeyInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<SigningKey> {
    return services.signingKeys.replace(actor, input);
  }

  @Mutation(() => SigningKey, {
    description: 'Takes the key of a doctor who lost the PIN, or left, out of use. 停用签名密钥',
  })
  async retireSigningKey(
    @Arg('input', () => RetireSigningKeyInput, { description: 'Which key.' }) input: RetireSigningKeyInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<SigningKey> {
    return services.signingKeys.retire(actor, input);
  }

  @FieldResolver(() => SigningKey, { description: 'The key that signed. 签名密钥' })
  async key(
    @Root() signature: DocumentSignature,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<SigningKey> {
    const key = await loaders.of(services.signingKeyStore.byId).load(signature.keyId);
    if (!key) throw new AppError('NOT_FOUND', { what: 'SigningKey' });
    return key;
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether the signature is of this hash and key, checked just now. 验签结果',
  })
  async isValid(@Root() signature: DocumentSignature, @Ctx() { services }: CareContext): Promise<boolean> {
    return services.signer.verify(signature, signature.hash);
  }
}
