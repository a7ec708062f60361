import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import { maySeeItsPatient, maySeeThePatient } from '../patient/patient-row.rules.ts';

/** What hangs below a guarded object and has no life of its own is shown with it. */
export const observationRules: RuleMap = {
  Mutation: { uploadObservations: isLoggedIn, voidObservation: isLoggedIn },
  Patient: {
    observations: maySeeThePatient,
    observationSeries: maySeeThePatient,
    latestObservations: maySeeThePatient,
  },
  Observation: maySeeItsPatient,
  ObservationSeries: maySeeItsPatient,
  UploadObservationsResult: maySeeItsPatient,
  ObservationConnection: anyone,
  ObservationEdge: anyone,
  ObservationOutcome: anyone,
  ObservationComponent: anyone,
  ReferenceRange: anyone,
  SeriesLine: anyone,
  SeriesPoint: anyone,
};
