import { z } from 'zod';
import { businessDay, clockTime } from '../../../shared/clock/business-day.ts';

/** The institution as the insurer knows it. */
export interface Institution {
  /** 12 characters. */
  readonly code: string;
  readonly name: string;
  /** Six digits: where the treatment is. */
  readonly area: string;
}

/** The transactions of the national interface that are used here. */
export type Transaction = '1101' | '2206' | '2207' | '2208' | '2601';

export interface Envelope {
  readonly infno: Transaction;
  readonly msgid: string;
  readonly [field: string]: unknown;
}

/** Asia/Shanghai, `20261124093000`. */
const compactTime = (now: Date): string =>
  `${businessDay(now)}${clockTime(now)}`.replace(/\D/g, '') + String(now.getUTCSeconds()).padStart(2, '0');

/** 12 characters of the institution, 14 of the time, 4 of the sequence. */
export function messageIdOf({ code }: Institution, now: Date, sequence: number): string {
  return `${code}${compactTime(now)}${String(sequence % 10_000).padStart(4, '0')}`;
}

/**
 * The request as every transaction wraps it. `mdtrtarea_admvs` lacks a letter that `insuplc_admdvs` has: so it stands in
 * the specification.
 */
export function envelopeOf(
  { code, name, area }: Institution,
  call: {
    readonly infno: Transaction;
    readonly messageId: string;
    readonly operatorId: string;
    readonly now: Date;
    readonly data: Record<string, string>;
  },
): Envelope {
  const { infno, messageId, operatorId, now, data } = call;
  const seconds = String(now.getUTCSeconds()).padStart(2, '0');
  return {
    infno,
    msgid: messageId,
    mdtrtarea_admvs: area,
    insuplc_admdvs: area,
    recer_sys_code: 'YEY',
    infver: 'V1.0',
    opter_type: '1',
    opter: operatorId.slice(0, 30),
    opter_name: '云E养',
    inf_time: `${businessDay(now)} ${clockTime(now)}:${seconds}`,
    fixmedins_code: code,
    fixmedins_name: name,
    sign_no: messageId,
    input: { data },
  };
}

export const answerEnvelope = z.object({
  infcode: z.coerce.number(),
  err_msg: z.string().nullish(),
  output: z.record(z.string(), z.unknown()).nullish(),
});

export type AnswerEnvelope = z.infer<typeof answerEnvelope>;

export const personOutput = z.object({ baseinfo: z.object({ psn_no: z.string().min(1).max(30) }) });

const yuan = z.union([z.string(), z.number()]).transform((value) => String(value));

export const settlementOutput = z.object({
  setlinfo: z.object({
    setl_id: z.string().nullish(),
    medfee_sumamt: yuan,
    fund_pay_sumamt: yuan,
    psn_part_amt: yuan,
    acct_pay: yuan,
    psn_cash_pay: yuan,
    hosp_part_amt: yuan.nullish(),
  }),
});
