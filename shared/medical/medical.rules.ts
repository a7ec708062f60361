import { anyone, type RuleMap } from '../rules/rules.ts';

/** Values say nothing of whose they are; who may know them is for the field that answers with them to decide. */
export const medicalRules: RuleMap = { Quantity: anyone, Dosage: anyone, CodedConcept: anyone };
