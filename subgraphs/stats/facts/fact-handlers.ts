import { businessDay } from '../../../shared/clock/business-day.ts';
import type { EventHandlers } from '../../../shared/outbox/event-handlers.ts';
import type { EncounterStore } from '../encounter/encounter.store.ts';
import type { SaleStore } from '../sale/sale.store.ts';
import type { VisitStore } from '../visit/visit.store.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** The producers whose facts the read models are made of. */
export const PRODUCERS = ['care', 'pharmacy'] as const;

interface Stores {
  readonly visits: VisitStore;
  readonly encounters: EncounterStore;
  readonly sales: SaleStore;
}

/** What each fact of care does to the read models. */
export function careFacts(
  { visits, encounters }: Omit<Stores, 'sales'>,
  pseudonyms: Pseudonyms,
): EventHandlers {
  return {
    'appointment.checked_in': async (tx, { payload }) => {
      const { appointmentId, patientId, hospitalId, latitude, longitude, checkedInAt } = payload;
      await visits.put(tx, {
        id: pseudonyms.of('visit', appointmentId),
        patient: pseudonyms.of('patient', patientId),
        hospitalId,
        day: businessDay(new Date(checkedInAt)),
        latitude,
        longitude,
      });
    },
    'appointment.cancelled': async (tx, { payload }) => {
      await visits.remove(tx, pseudonyms.of('visit', payload.appointmentId));
    },
    'consultation.started': async (tx, { payload }) => {
      const { consultationId, doctorId, waitedSeconds, startedAt } = payload;
      await encounters.begin(tx, {
        id: pseudonyms.of('encounter', consultationId),
        doctorId,
        day: businessDay(new Date(startedAt)),
        waitedSeconds,
      });
    },
    'consultation.completed': async (tx, { payload }) => {
      const { consultationId, doctorId, startedAt, completedAt } = payload;
      const begun = new Date(startedAt);
      const lasted = (new Date(completedAt).getTime() - begun.getTime()) / 1000;
      await encounters.end(tx, {
        id: pseudonyms.of('encounter', consultationId),
        doctorId,
        day: businessDay(begun),
        lastedSeconds: Math.max(0, Math.round(lasted)),
      });
    },
  };
}

/**
 * What each fact of pharmacy does to the read models. A refund alone takes nothing away: somebody who paid twice gets
 * one payment back, and the order stays sold. Only its cancellation says that it is not.
 */
export function pharmacyFacts({ sales }: Stores, pseudonyms: Pseudonyms): EventHandlers {
  return {
    'order.paid': async (tx, { payload }) => {
      const { orderId, lines, paidAt } = payload;
      const common = { orderRef: pseudonyms.of('sale', orderId), day: businessDay(new Date(paidAt)) };
      await sales.put(
        tx,
        lines.map(({ skuId, quantity, totalFen }, index) => ({
          ...common,
          lineNo: index + 1,
          skuId,
          quantity,
          amountFen: totalFen,
        })),
      );
    },
    'order.cancelled': async (tx, { payload }) => {
      await sales.remove(tx, pseudonyms.of('sale', payload.orderId));
    },
  };
}
