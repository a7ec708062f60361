import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { partyOf } from '../consultation/chat.service.ts';
import type { CareContext } from '../context.ts';
import type { Attachment } from './attachment.entity.ts';
import type { UploadTicket } from './attachment.types.ts';

const isPartyOfAttachment = rule<CareContext, Attachment>(
  'isPartyOfAttachment',
  async (attachment, _args, { actor, loaders, services }) => {
    const consultation = await loaders.of(services.consultations.byId).load(attachment.consultationId);
    return consultation !== null && partyOf(consultation, actor) !== undefined;
  },
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
