import { z } from 'zod';

const source = z.object({
  about: z.string().describe('What it is, in English and Chinese.'),
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .describe(
      'One object a row; instants are ISO 8601 in UTC, money is in fen, calendar days are YYYY-MM-DD.',
    ),
});

/** The machine-readable export; `personal-data.schema.json` is the same for those who read it elsewhere. */
export const exportDocument = z
  .object({
    format: z.literal('yuneyang.personal-data'),
    version: z.literal(1),
    exportedAt: z.iso.datetime(),
    accountId: z.string(),
    parts: z.object({
      users: z.record(z.string(), source).describe('Account, logins, patients, health archives.'),
      care: z
        .record(z.string(), source)
        .describe('Appointments, consultations, signed records, prescriptions.'),
      pharmacy: z.record(z.string(), source).describe('Orders, payments, settlements, dispensations.'),
    }),
  })
  .describe('Everything that 云E养 holds of one account and its patients (个人信息保护法 article 45).');

export const collectedPart = z.record(z.string(), source);

export type ExportDocument = z.infer<typeof exportDocument>;
