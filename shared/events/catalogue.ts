import { z } from 'zod';
import { prescriptionSnapshot } from './prescription-snapshot.ts';

const id = z.string().min(1).max(40);
const instant = z.iso.datetime();
const fen = z.number().int().nonnegative();
const payableType = z.enum(['APPOINTMENT', 'CONSULTATION', 'ORDER']);

const appointment = z.object({
  appointmentId: id,
  accountId: id,
  patientId: id,
  doctorId: id,
  hospitalId: id,
  departmentId: id,
  slotId: id,
  startsAt: instant,
  feeFen: fen,
});

interface EventKind {
  readonly version: number;
  readonly payload: z.ZodType;
  /** Holds data of a person: the payload is encrypted at rest. */
  readonly sealed?: true;
}

/**
 * Every fact that subgraphs tell one another. A payload only ever gains optional fields; anything else is a new
 * version, told beside the old one until nobody reads that. `fixtures/<type>.v<version>.json` is the golden example.
 */
export const catalogue = {
  'appointment.booked': { version: 1, payload: appointment },
  'appointment.confirmed': { version: 1, payload: appointment },
  'appointment.cancelled': {
    version: 1,
    payload: z.object({ appointmentId: id, reason: z.string(), wasPaid: z.boolean() }),
  },
  'appointment.checked_in': {
    version: 1,
    payload: z.object({
      appointmentId: id,
      patientId: id,
      doctorId: id,
      hospitalId: id,
      latitude: z.number(),
      longitude: z.number(),
      checkedInAt: instant,
    }),
  },
  'consultation.started': {
    version: 1,
    payload: z.object({
      consultationId: id,
      appointmentId: id,
      patientId: id,
      doctorId: id,
      hospitalId: id,
      waitedSeconds: z.number().int().nonnegative(),
      startedAt: instant,
    }),
  },
  'consultation.completed': {
    version: 1,
    payload: z.object({
      consultationId: id,
      patientId: id,
      doctorId: id,
      hospitalId: id,
      startedAt: instant,
      completedAt: instant,
    }),
  },
  'record.signed': {
    version: 1,
    payload: z.object({
      recordId: id,
      version: z.number().int().positive(),
      consultationId: id,
      patientId: id,
      doctorId: id,
      hospitalId: id,
      diagnosisCodes: z.array(z.string()),
    }),
  },
  'prescription.signed': { version: 1, payload: prescriptionSnapshot, sealed: true },
  'payable.refused': {
    version: 1,
    payload: z.object({ paymentId: id, payableType, payableId: id, reason: z.string() }),
  },
  'payment.succeeded': {
    version: 1,
    payload: z.object({
      paymentId: id,
      payableType,
      payableId: id,
      payerAccountId: id,
      amountFen: fen,
      paidAt: instant,
    }),
  },
  'payment.refunded': {
    version: 1,
    payload: z.object({ paymentId: id, payableType, payableId: id, amountFen: fen, refundedAt: instant }),
  },
  'prescription.reviewed': {
    version: 1,
    payload: z.object({
      prescriptionId: id,
      decision: z.enum(['APPROVED', 'REJECTED']),
      pharmacistAccountId: id,
      reviewedAt: instant,
    }),
  },
  'order.paid': {
    version: 1,
    payload: z.object({
      orderId: id,
      pharmacyId: id,
      totalFen: fen,
      insuranceFen: fen,
      patientFen: fen,
      lines: z.array(z.object({ skuId: id, quantity: z.number().int().positive(), totalFen: fen })),
      paidAt: instant,
    }),
  },
  'order.cancelled': { version: 1, payload: z.object({ orderId: id, reason: z.string() }) },
  'prescription.dispensed': {
    version: 1,
    payload: z.object({
      dispensationId: id,
      orderId: id,
      prescriptionId: id,
      lines: z.array(z.object({ skuId: id, batchId: id, quantity: z.number().int().positive() })),
      dispensedAt: instant,
    }),
  },
  'stock.low': {
    version: 1,
    payload: z.object({
      alertId: id,
      pharmacyId: id,
      warehouseId: id,
      skuId: id,
      available: z.number().int().nonnegative(),
      threshold: z.number().int().nonnegative(),
    }),
  },
  'account.erased': {
    version: 1,
    payload: z.object({ accountId: id, patientIds: z.array(id), erasedAt: instant }),
  },
} as const satisfies Record<string, EventKind>;
