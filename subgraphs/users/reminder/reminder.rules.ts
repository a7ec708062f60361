import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import { maySeeItsPatient, maySeeThePatient } from '../patient/patient-row.rules.ts';

export const reminderRules: RuleMap = {
  Query: { myDueReminders: isLoggedIn },
  Mutation: {
    createReminder: isLoggedIn,
    pauseReminder: isLoggedIn,
    resumeReminder: isLoggedIn,
    cancelReminder: isLoggedIn,
    completeReminder: isLoggedIn,
    snoozeReminder: isLoggedIn,
  },
  Subscription: { reminderDue: isLoggedIn },
  Patient: { reminders: maySeeThePatient },
  Reminder: maySeeItsPatient,
  ReminderOccurrence: maySeeItsPatient,
  ReminderConnection: anyone,
  ReminderEdge: anyone,
  ReminderOccurrenceConnection: anyone,
  ReminderOccurrenceEdge: anyone,
};
