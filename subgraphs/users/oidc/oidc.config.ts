import { z } from 'zod';
import { jsonVariable, redirectAddress, secureAddress } from '../../../shared/config/json-variable.ts';

const name = z.string().min(1).max(32);

const provider = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be lower-case letters, digits and hyphens'),
    name: z.strictObject({ zh: name, en: name }),
    /** Where it is discovered; of plain OAuth 2.0 its name alone. */
    issuer: secureAddress.refine((text) => text.length <= 200, 'must have 200 characters at most'),
    clientId: z.string().min(1),
    /** Without one the client is public. */
    clientSecret: z.string().min(1).optional(),
    clientAuthentication: z
      .enum(['client_secret_basic', 'client_secret_post'])
      .default('client_secret_basic'),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope')).default(['openid']),
    redirectUris: z.array(redirectAddress).min(1),
    /** Plain OAuth 2.0: it has no discovery and no id_token, and says at `userinfo` who somebody is. */
    oauth: z
      .strictObject({
        authorization: secureAddress,
        token: secureAddress,
        userinfo: secureAddress,
        /** The field that names a person for good. */
        subject: z.string().min(1).default('id'),
      })
      .optional(),
  })
  .refine(({ oauth, scopes }) => oauth !== undefined || scopes.includes('openid'), 'scopes need openid');

const providers = z
  .array(provider)
  .refine((all) => new Set(all.map((each) => each.id)).size === all.length, 'two have the same id');

/** The variables of login by other providers. */
export const oidcVariables = { OIDC_PROVIDERS: jsonVariable(providers).default([]) };

export type OidcProvider = z.infer<typeof provider>;
