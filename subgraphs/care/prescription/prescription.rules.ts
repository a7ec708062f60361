import { actorId } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { CareContext } from '../context.ts';
import { isOpenedForCaller } from '../reading/audited-reader.ts';
import type { Prescription } from './prescription.entity.ts';

const mayPrescribe = somewhere('prescription.write');

const isPrescriptionsAuthor = rule<CareContext, Prescription>(
  'isPrescriptionsAuthor',
  ({ openedFor, doctorAccountId }, _args, { actor }) =>
    actor.kind === 'account' && openedFor === actorId(actor) && doctorAccountId === openedFor,
);

/** Lines and reasons are reached only through a prescription, which is opened for one reader. */
export const prescriptionRules: RuleMap = {
  Query: { prescription: isLoggedIn },
  Mutation: { savePrescription: mayPrescribe, signPrescription: mayPrescribe },
  Patient: { prescriptions: isLoggedIn },
  Prescription: {
    id: isOpenedForCaller,
    status: isOpenedForCaller,
    version: isOpenedForCaller,
    signedAt: isOpenedForCaller,
    validUntil: isOpenedForCaller,
    createdAt: isOpenedForCaller,
    updatedAt: isOpenedForCaller,
    lines: isOpenedForCaller,
    validDays: isOpenedForCaller,
    longSupplyReason: isOpenedForCaller,
    overrides: isOpenedForCaller,
    signature: isOpenedForCaller,
    consultation: isOpenedForCaller,
    patient: isOpenedForCaller,
    doctor: isOpenedForCaller,
    findings: isPrescriptionsAuthor,
  },
  PrescriptionLine: isLoggedIn,
  PrescriptionOverride: isLoggedIn,
  PrescriptionConnection: isLoggedIn,
  PrescriptionEdge: isLoggedIn,
  SafetyFinding: isLoggedIn,
  Sku: anyone,
};
