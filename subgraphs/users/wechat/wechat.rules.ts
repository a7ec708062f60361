import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

/** Whoever begins a login holds all of its answer. */
export const wechatRules: RuleMap = {
  Mutation: { beginWechatLogin: anyone, logInByWechat: anyone, logInByWechatMiniProgram: anyone },
  BegunLogin: anyone,
};
