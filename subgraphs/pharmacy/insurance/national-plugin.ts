import { z } from 'zod';
import { logger } from '../../../shared/logging/logger.ts';
import { fenOf, yuanOf } from '../../../shared/money/money.ts';
import {
  InsuranceAnswerLost,
  type InsurancePlugin,
  InsuranceRefused,
  type InsuranceSplit,
  type SettlementRequest,
} from './insurance-plugin.ts';
import {
  envelopeOf,
  type Institution,
  messageIdOf,
  personOutput,
  settlementOutput,
  type Transaction,
} from './national-envelope.ts';
import type { NationalTransport } from './national-transport.ts';

type Call<T extends keyof InsurancePlugin> = InsurancePlugin[T] extends (request: infer R) => unknown
  ? R
  : never;

const IDENTITY_CARD = '02';

/** 国家医保 interface of a designated institution: outpatient settlement 2206, 2207, 2208 and compensation 2601. */
export class NationalInsurancePlugin implements InsurancePlugin {
  readonly id = 'national';
  readonly #transport: NationalTransport;
  readonly #institution: Institution;
  readonly #now: () => Date;

  constructor(transport: NationalTransport, institution: Institution, now: () => Date) {
    this.#transport = transport;
    this.#institution = institution;
    this.#now = now;
  }

  messageIdOf(now: Date, sequence: number): string {
    return messageIdOf(this.#institution, now, sequence);
  }

  async findPerson({ certNo, name, ...call }: Call<'findPerson'>): Promise<string> {
    const data = {
      mdtrt_cert_type: IDENTITY_CARD,
      mdtrt_cert_no: certNo,
      psn_cert_type: '01',
      certno: certNo,
      psn_name: name,
    };
    return read(personOutput, await this.#send('1101', call, data)).baseinfo.psn_no;
  }

  async preSettle(request: SettlementRequest): Promise<InsuranceSplit> {
    return splitOf(request, await this.#send('2206', request, settlementInput(request)));
  }

  async settle(request: SettlementRequest): Promise<InsuranceSplit & { settlementNo: string }> {
    const output = await this.#send('2207', request, {
      ...settlementInput(request),
      invono: request.visitId,
    });
    const settlementNo = read(settlementOutput, output).setlinfo.setl_id ?? '';
    if (settlementNo === '' || settlementNo.length > 40) throw new InsuranceAnswerLost('setl_id');
    return { ...splitOf(request, output), settlementNo };
  }

  async reverse({ personNo, visitId, settlementNo, ...call }: Call<'reverse'>): Promise<void> {
    await this.#send('2208', call, { setl_id: settlementNo, mdtrt_id: visitId, psn_no: personNo });
  }

  async compensate({ personNo, lostMessageId, ...call }: Call<'compensate'>): Promise<void> {
    await this.#send('2601', call, { psn_no: personNo, omsgid: lostMessageId, oinfno: '2207' });
  }

  async #send(
    infno: Transaction,
    { messageId, operatorId }: { messageId: string; operatorId: string },
    data: Record<string, string>,
  ): Promise<unknown> {
    const envelope = envelopeOf(this.#institution, { infno, messageId, operatorId, now: this.#now(), data });
    const { infcode, err_msg: message, output } = await this.#transport.send(envelope);
    if (infcode !== 0) throw new InsuranceRefused((message ?? '').slice(0, 200) || `infcode ${infcode}`);
    return output ?? {};
  }
}

function settlementInput({ personNo, certNo, visitId, totalFen }: SettlementRequest): Record<string, string> {
  return {
    psn_no: personNo,
    mdtrt_cert_type: IDENTITY_CARD,
    mdtrt_cert_no: certNo,
    med_type: '11',
    medfee_sumamt: yuanOf(totalFen),
    psn_setlway: '01',
    mdtrt_id: visitId,
    chrg_bchno: visitId,
    // The personal account is not drawn upon: what the fund leaves is paid through the payment provider.
    acct_used_flag: '0',
    insutype: '390',
  };
}

function read<T>(shape: z.ZodType<T>, output: unknown): T {
  const parsed = shape.safeParse(output);
  if (!parsed.success) throw new InsuranceAnswerLost('output', { cause: parsed.error });
  return parsed.data;
}

/** The amounts of an answer, if they add up; else nobody knows what was settled. */
function splitOf({ totalFen }: SettlementRequest, output: unknown): InsuranceSplit {
  const { setlinfo } = read(settlementOutput, output);
  const fen = (text: string): number => {
    try {
      return fenOf(text);
    } catch (error) {
      throw new InsuranceAnswerLost('amount', { cause: error });
    }
  };
  const fundFen = fen(setlinfo.fund_pay_sumamt);
  const personalFen = fen(setlinfo.psn_part_amt);
  const addsUp =
    fen(setlinfo.medfee_sumamt) === totalFen &&
    fundFen + personalFen === totalFen &&
    fen(setlinfo.acct_pay) + fen(setlinfo.psn_cash_pay) === personalFen &&
    fen(setlinfo.hosp_part_amt ?? '0') === 0;
  if (addsUp && fundFen >= 0 && personalFen >= 0) return { totalFen, fundFen, personalFen };
  logger().error({ totalFen, fundFen, personalFen }, 'the amounts of the insurer do not add up');
  throw new InsuranceAnswerLost('amounts');
}
