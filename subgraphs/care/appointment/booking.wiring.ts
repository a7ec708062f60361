import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import { DepartmentStore } from '../department/department.store.ts';
import type { PayableClosings } from '../external/pharmacy.client.ts';
import type { People } from '../external/users.client.ts';
import type { HospitalStore } from '../hospital/hospital.store.ts';
import type { PracticeStore } from '../practice/practice.store.ts';
import { CallService } from '../queue/call.service.ts';
import { CheckInService } from '../queue/check-in.service.ts';
import { ClosingService } from '../queue/closing.service.ts';
import { OverdueClosingService } from '../queue/overdue-closing.service.ts';
import { QueueFeed } from '../queue/queue-feed.ts';
import { QueueStore } from '../queue/queue.store.ts';
import { ScheduleService } from '../schedule/schedule.service.ts';
import { ScheduleStore } from '../schedule/schedule.store.ts';
import { SlotStore } from '../schedule/slot.store.ts';
import { AppointmentStore } from './appointment.store.ts';
import { BookingLimits, type BookingLimitValues } from './booking-limits.ts';
import { BookingService } from './booking.service.ts';
import { EndingService } from './ending.service.ts';
import { ExpiryService } from './expiry.service.ts';
import { PatientAppointmentsStore } from './patient-appointments.store.ts';
import { PayableService } from './payable.service.ts';
import { PaymentEvents } from './payment-events.ts';

/** How often holds that are over are looked for. */
const EXPIRY_MS = 5000;
/** How often those whom nobody has called, and consultations that nobody has closed, are looked for. */
const UNSEEN_MS = 60_000;

interface Known {
  readonly hospitals: HospitalStore;
  readonly practices: PracticeStore;
  readonly consultations: ConsultationStore;
  readonly people: People;
  readonly consents: ConsentCheck;
  readonly limits: BookingLimitValues;
  readonly payableClosings: PayableClosings;
}

/** Everything between a published session and a closed consultation. */
export function wireBooking(
  foundation: Foundation,
  { hospitals, practices, consultations, people, consents, limits: values, payableClosings }: Known,
) {
  const { db, cipher, wake, now } = foundation;
  const appointments = new AppointmentStore(db, cipher);
  const schedules = new ScheduleStore(db);
  const slots = new SlotStore(db);
  const queue = new QueueStore(db);
  const limits = new BookingLimits(values, appointments);
  const endings = new EndingService(foundation, appointments, slots, queue, limits);
  const payments = new PaymentEvents(foundation, appointments, slots, endings);
  const closings = new ClosingService(foundation, queue, appointments, consultations);
  return {
    now,
    departments: new DepartmentStore(db),
    schedules,
    slots,
    scheduling: new ScheduleService(foundation, schedules, practices, people),
    appointments,
    patientAppointments: new PatientAppointmentsStore(db),
    bookings: new BookingService(foundation, appointments, slots, schedules, people, consents, limits),
    endings,
    payables: new PayableService(appointments, hospitals, now),
    payments,
    expiries: new ExpiryService(foundation, appointments, endings, payments, payableClosings),
    queue,
    queueFeed: new QueueFeed(queue, wake),
    checkIns: new CheckInService(foundation, appointments, queue, hospitals, consents),
    calls: new CallService(foundation, queue, appointments, consultations, consents),
    closings,
    overdueClosings: new OverdueClosingService(foundation, consultations, closings, endings),
  };
}

export type BookingServices = Readonly<ReturnType<typeof wireBooking>>;

export function bookingJobs({ endings, expiries, overdueClosings }: BookingServices, jobs: Jobs): void {
  jobs.every('appointment-expiry', EXPIRY_MS, () => expiries.run());
  jobs.every('unseen-appointments', UNSEEN_MS, () => endings.endUnseen());
  jobs.every('overdue-consultations', UNSEEN_MS, () => overdueClosings.run());
}
