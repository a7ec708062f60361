import { maskPhone } from '../../../shared/phone/phone.ts';
import { IdentityKind } from '../login/identity.entity.ts';

/** What somebody has just proved about themselves. */
export interface Proof {
  readonly kind: IdentityKind;
  /** In its one canonical form: E.164, `unionid:<unionid>` or `openid:<app>:<openid>`, `<issuer> <sub>`. */
  readonly subject: string;
  /** How WeChat calls them in the app that they came by, `<app>:<openid>`. */
  readonly terminal?: string;
}

/** A person as WeChat names them: in one app by openid, in all apps of one owner by unionid, where it tells it. */
export interface WechatPerson {
  readonly appId: string;
  readonly openid: string;
  readonly unionid: string | undefined;
}

const UNION = 'unionid:';

/** @param phone E.164 */
export const phoneProof = (phone: string): Proof => ({ kind: IdentityKind.SMS, subject: phone });

export function wechatProof({ appId, openid, unionid }: WechatPerson): Proof {
  const terminal = `${appId}:${openid}`;
  const subject = unionid === undefined ? `openid:${terminal}` : `${UNION}${unionid}`;
  return { kind: IdentityKind.WECHAT, subject, terminal };
}

/** @param sub the name that the provider gives, unique there (OpenID Connect Core, section 2) */
export const oidcProof = (issuer: string, sub: string): Proof => ({
  kind: IdentityKind.OIDC,
  subject: `${issuer} ${sub}`,
});

/** Whether a subject of WeChat is the person in all apps, not in one of them. */
export const isUnion = (subject: string): boolean => subject.startsWith(UNION);

/** The provider that a subject of OIDC comes from. */
export const issuerOf = (subject: string): string => subject.slice(0, subject.indexOf(' '));

/** What may be shown of a subject: enough for its owner to know it again. */
export function masked(kind: IdentityKind, subject: string): string {
  if (kind === IdentityKind.SMS) return maskPhone(subject);
  const name = kind === IdentityKind.OIDC ? subject.slice(issuerOf(subject).length + 1) : subject;
  return `****${name.slice(-Math.min(4, Math.floor(name.length / 2)))}`;
}
