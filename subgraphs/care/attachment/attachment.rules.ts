import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { isPartyOfConsultation } from '../consultation/consultation.access.ts';
import type { CareContext } from '../context.ts';
import type { Attachment } from './attachment.entity.ts';
import type { UploadTicket } from './attachment.types.ts';

const isPartyOfAttachment = rule<CareContext, Attachment>(
  'isPartyOfAttachment',
  (attachment, _args, context) => isPartyOfConsultation(context, attachment.consultationId),
);

const isUploader = rule<CareContext, UploadTicket>(
  'isUploader',
  ({ attachment }, _args, { actor }) => actor.kind === 'account' && actor.accountId === attachment.accountId,
);

export const attachmentRules: RuleMap = {
  Mutation: { requestUpload: isLoggedIn },
  Attachment: isPartyOfAttachment,
  UploadTicket: isUploader,
};
