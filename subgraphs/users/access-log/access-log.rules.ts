import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { isPatientsGuardian } from '../patient/patient.access.ts';
import type { AccessLogEntry } from './access-log.types.ts';

const isGuardianOfAccessed = rule<UsersContext, AccessLogEntry>(
  'isGuardianOfAccessed',
  ({ guardianId }, _args, { actor }) => actor.kind === 'account' && actor.accountId === guardianId,
);

export const accessLogRules: RuleMap = {
  Patient: { accessLog: isPatientsGuardian },
  AccessLogEntry: isGuardianOfAccessed,
  AccessLogConnection: isLoggedIn,
  AccessLogEdge: isLoggedIn,
};
