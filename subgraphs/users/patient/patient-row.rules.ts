import { rule } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { findVisiblePatient } from './patient.access.ts';

/** The guardian, those with whom it is shared, and doctors who treat the patient; on every road to the patient. */
export const maySeeThePatient = rule<UsersContext, { id: string }>(
  'maySeeThePatient',
  async ({ id }, _args, context) => (await findVisiblePatient(context, id)) !== null,
);

/** Of a row that is a patient's. */
export const maySeeItsPatient = rule<UsersContext, { patientId: string }>(
  'maySeeItsPatient',
  async ({ patientId }, _args, context) => (await findVisiblePatient(context, patientId)) !== null,
);
