import { holds, holdsSomewhere } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';

const maySign = rule<CareContext>(
  'maySign',
  (_parent, _args, { actor }) =>
    holdsSomewhere(actor, 'record.write') || holdsSomewhere(actor, 'prescription.write'),
);

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
