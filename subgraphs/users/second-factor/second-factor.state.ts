import { In, IsNull, Not } from 'typeorm';
import { registerEnumType } from 'type-graphql';
import type { Grant } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { GUARDED_PERMISSION, guardedAmong } from './guarded-roles.ts';
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
      description:
        'Somebody who manages roles, without an authenticator app: those grants hold after enrolment. 需要绑定',
    },
    NEEDED: { description: 'Until a code is given, the login is that of a patient. 需要验证' },
    DONE: { description: 'It was given. 已验证' },
  },
});

/** What an account needs of a second factor. */
export interface SecondFactorNeed {
  readonly isEnrolled: boolean;
  readonly isGuarded: boolean;
}

/** What everybody is who logs in with a phone alone. */
const OPEN_ROLE = 'PATIENT';

/** @param need null for an account of which nothing is known */
export function stateOf(isDone: boolean, need: SecondFactorNeed | null): SecondFactorState {
  const { isEnrolled, isGuarded } = need ?? { isEnrolled: false, isGuarded: false };
  if (!isEnrolled && !isGuarded) return SecondFactorState.NOT_NEEDED;
  if (isDone) return SecondFactorState.DONE;
  return isEnrolled ? SecondFactorState.NEEDED : SecondFactorState.ENROLMENT_NEEDED;
}

/** What of the grants of an account holds in a session in which no second factor was given. */
export function withoutSecondFactor(grants: readonly Grant[], isEnrolled: boolean): readonly Grant[] {
  return grants.filter(({ role, permissions }) =>
    isEnrolled ? role === OPEN_ROLE : !permissions.includes(GUARDED_PERMISSION),
  );
}

/** The needs of accounts. */
export function secondFactorNeeds(db: Db, now: () => Date): BatchRead<string, SecondFactorNeed> {
  return {
    name: 'secondFactor.needs',
    read: async (accountIds) => {
      const [enrolled, guarded] = await db.read(async (manager) => [
        await manager.find(SecondFactor, {
          select: { accountId: true },
          where: { accountId: In([...accountIds]), secret: Not(IsNull()) },
        }),
        await guardedAmong(manager, accountIds, now()),
      ]);
      return accountIds.map((id) => ({
        isEnrolled: enrolled.some((each) => each.accountId === id),
        isGuarded: guarded.has(id),
      }));
    },
  };
}
