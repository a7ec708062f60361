import { holds } from '../../../shared/context/actor.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { UsersContext } from '../context.ts';

/** What the search shows is of the places for which they do. */
const readsAccountsSomewhere = somewhere('account.read');

const searchesPatients = rule<UsersContext>('searchesPatients', (_parent, _args, { actor }) =>
  holds(actor, 'patient.search'),
);

export const searchRules: RuleMap = {
  Query: { searchAccounts: readsAccountsSomewhere, searchPatients: searchesPatients },
  AccountConnection: readsAccountsSomewhere,
  AccountEdge: readsAccountsSomewhere,
  FoundAccount: readsAccountsSomewhere,
  FoundLicence: readsAccountsSomewhere,
  PatientConnection: searchesPatients,
  PatientEdge: searchesPatients,
  FoundPatient: searchesPatients,
};
