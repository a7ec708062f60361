import { holds } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { CareContext } from '../context.ts';

/** Whether the caller attends where their licence is registered is decided in the service. */
const maySign = somewhere('record.write', 'prescription.write');

const mayLicenseStaff = rule<CareContext>('mayLicenseStaff', (_parent, _args, { actor }) =>
  // A key is not of one hospital, so neither is this right.
  holds(actor, 'staff.license'),
);

/** A public key is there to be known; a signature is reached only through the document that it stands under. */
export const signingRules: RuleMap = {
  Query: { mySigningKey: isLoggedIn, signingKey: anyone },
  Mutation: { createSigningKey: maySign, replaceSigningKey: maySign, retireSigningKey: mayLicenseStaff },
  SigningKey: anyone,
  DocumentSignature: isLoggedIn,
};
