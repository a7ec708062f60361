import { In, IsNull, Not } from 'typeorm';
import { registerEnumType } from 'type-graphql';
import type { Grant } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import { SecondFactor } from './second-factor.entity.ts';

export enum SecondFactorState {
  NOT_NEEDED = 'NOT_NEEDED',
  ENROLMENT_NEEDED = 'ENROLMENT_NEEDED',
  NEEDED = 'NEEDED',
  DONE = 'DONE',
}

registerEnumType(SecondFactorState, {
  name: 'SecondFactorState',
  description: 'How a login stands to the second factor. 二次验证状态',
  valuesConfig: {
    NOT_NEEDED: { description: 'The account has none and needs none. 无需二次验证' },
    ENROLMENT_NEEDED: {
      description: 'An administrator without an authenticator app: ADMIN holds after enrolment. 需要绑定',
    },
    NEEDED: { description: 'Until a code is given, the login is that of a patient. 需要验证' },
    DONE: { description: 'It was given. 已验证' },
  },
});

/** What an account needs of a second factor. */
export interface SecondFactorNeed {
  readonly isEnrolled: boolean;
  readonly holdsAdmin: boolean;
}

/** The roles that a second factor is compulsory for. */
export const GUARDED_ROLE = 'ADMIN';
/** What everybody is who logs in with a phone alone. */
const OPEN_ROLE = 'PATIENT';

/** @param need null for an account of which nothing is known */
export function stateOf(isDone: boolean, need: SecondFactorNeed | null): SecondFactorState {
  const { isEnrolled, holdsAdmin } = need ?? { isEnrolled: false, holdsAdmin: false };
  if (!isEnrolled && !holdsAdmin) return SecondFactorState.NOT_NEEDED;
  if (isDone) return SecondFactorState.DONE;
  return isEnrolled ? SecondFactorState.NEEDED : SecondFactorState.ENROLMENT_NEEDED;
}

/** What of the grants of an account holds in a session in which no second factor was given. */
export function withoutSecondFactor(grants: readonly Grant[], isEnrolled: boolean): readonly Grant[] {
  return grants.filter(({ role }) => (isEnrolled ? role === OPEN_ROLE : role !== GUARDED_ROLE));
}

/** The needs of accounts. */
export function secondFactorNeeds(db: Db): BatchRead<string, SecondFactorNeed> {
  return {
    name: 'secondFactor.needs',
    read: async (accountIds) => {
      const [enrolled, admins] = await db.read(async (manager) => [
        await manager.find(SecondFactor, {
          select: { accountId: true },
          where: { accountId: In([...accountIds]), secret: Not(IsNull()) },
        }),
        await manager.find(RoleGrant, {
          select: { id: true, accountId: true },
          where: { accountId: In([...accountIds]), role: GUARDED_ROLE },
        }),
      ]);
      return accountIds.map((id) => ({
        isEnrolled: enrolled.some((each) => each.accountId === id),
        holdsAdmin: admins.some((each) => each.accountId === id),
      }));
    },
  };
}
