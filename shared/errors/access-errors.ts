import { once } from './catalogue-entry.ts';

/** Codes of who may be given a role, and of whom nobody may treat. */
export const accessErrors = {
  ROLE_WITHOUT_PERMISSION: once(
    'The role {role} allows nothing, so it can’t be granted.',
    '角色 {role} 不含任何权限，不能授予。',
  ),
  ROLE_NOT_FOR_SCOPE: once(
    'Nothing that the role {role} allows can be used for the scope {scope}.',
    '角色 {role} 在该授权范围（{scope}）内没有可用的权限。',
  ),
  ROLE_NOT_FOR_SELF: once(
    'Nobody grants a clinical role such as {role} to themselves.',
    '不能为本人授予临床角色 {role}。',
  ),
  ROLE_NEEDS_LICENCE: once(
    'The account has no valid licence of kind {kind} at this place, which the role {role} needs.',
    '该账号在此机构没有有效的执业资格（{kind}），不能授予角色 {role}。',
  ),
  PRESCRIBE_OWN: once(
    'Nobody prescribes for themselves or for a patient of their own account.',
    '不能为本人或本人账号下的就诊人开具处方。',
  ),
};
