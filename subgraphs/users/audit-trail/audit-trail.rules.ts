import { holds } from '../../../shared/context/actor.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';

const isAuditor = rule<UsersContext>('isAuditor', (_parent, _args, { actor }) => holds(actor, 'audit.read'));

export const auditTrailRules: RuleMap = {
  Query: { auditTrail: isAuditor },
  AuditTrailEntry: isAuditor,
  AuditTrailEdge: isAuditor,
  AuditTrailConnection: isAuditor,
};
