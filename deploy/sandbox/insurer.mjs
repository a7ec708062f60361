import { createHash, randomUUID } from 'node:crypto';

/**
 * @typedef {{infno: string, body: string, psnNo: string, settlementNo: string, totalFen: number, fundFen: number,
 *   state: 'SETTLED' | 'REVERSED' | 'COMPENSATED', output: object}} Settled
 */

/** What the fund pays, hundredths. */
const FUND_PERCENT = 70n;

/** A business failure, as `infcode` -1 tells it. */
export class Declined extends Error {}

/** Fen from yuan with at most two decimals. @param {unknown} yuan */
function fenOf(yuan) {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(String(yuan));
  if (!match) throw new Declined('medfee_sumamt: 金额格式不正确');
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** @param {number} fen */
const yuanOf = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

/** 70 parts of a hundred for the fund, rounded half up, the rest for the person. @param {number} totalFen */
const fundOf = (totalFen) => Number((BigInt(totalFen) * FUND_PERCENT + 50n) / 100n);

/** The insurer's business: who is insured, what is settled, and what was taken back. Kept in memory. */
export class Insurer {
  /** By the msgid of the settling call. @type {Map<string, Settled>} */
  #settled = new Map();
  /** Calls that were compensated before they arrived. @type {Set<string>} */
  #void = new Set();

  /** 1101: the person of an identity card. @param {Record<string, any>} data */
  person({ mdtrt_cert_no: number, psn_name: name }) {
    const certno = String(number ?? '');
    if (!/^\d{17}[\dX]$/.test(certno)) throw new Declined('未查询到参保信息');
    const psnNo = createHash('sha256').update(certno).digest('hex').slice(0, 22);
    return {
      baseinfo: { psn_no: psnNo, psn_cert_type: '01', certno, psn_name: name ?? '' },
      insuinfo: [{ insutype: '390', psn_insu_stas: '1', insuplc_admdvs: '310000', balc: '0.00' }],
      idetinfo: [],
    };
  }

  /** 2206. @param {Record<string, any>} data @param {string} msgid */
  preSettle(data, msgid) {
    return { setlinfo: this.#split(data, msgid, '') };
  }

  /** 2207; called again with its msgid it answers as before. @param {Record<string, any>} data @param {string} msgid @param {string} body */
  settle(data, msgid, body) {
    if (this.#void.has(msgid)) throw new Declined('该交易已冲正');
    const known = this.#settled.get(msgid);
    if (known && known.body !== body) throw new Declined('报文编号重复');
    if (known) return known.output;
    const settlementNo = randomUUID().replaceAll('-', '').slice(0, 30);
    const setlinfo = this.#split(data, msgid, settlementNo);
    const totalFen = fenOf(data.medfee_sumamt);
    const fundFen = fundOf(totalFen);
    const output = {
      setlinfo,
      setldetail: [{ fund_pay_type: '310100', fund_payamt: yuanOf(fundFen), fund_pay_type_name: '统筹基金' }],
    };
    const psnNo = String(data.psn_no);
    this.#settled.set(msgid, {
      infno: '2207',
      body,
      psnNo,
      settlementNo,
      totalFen,
      fundFen,
      state: 'SETTLED',
      output,
    });
    return output;
  }

  /** 2208, of the whole settlement; twice is once. @param {Record<string, any>} data */
  reverse({ setl_id: settlementNo, psn_no: psnNo }) {
    const found = [...this.#settled.values()].find((each) => each.settlementNo === settlementNo);
    if (!found || found.psnNo !== psnNo || found.state === 'COMPENSATED')
      throw new Declined('未找到结算记录');
    found.state = 'REVERSED';
    return { setlinfo: { setl_id: settlementNo } };
  }

  /** 2601: a call whose answer was lost has no effect, whether it came or comes. @param {Record<string, any>} data */
  compensate({ psn_no: psnNo, omsgid, oinfno }) {
    if (!omsgid || !oinfno) throw new Declined('omsgid, oinfno: 不能为空');
    this.#void.add(String(omsgid));
    const found = this.#settled.get(String(omsgid));
    if (found && found.psnNo === psnNo && found.infno === oinfno) found.state = 'COMPENSATED';
    return {};
  }

  /** What stands against a person, for tests. @param {string | null} psnNo */
  settlements(psnNo) {
    return [...this.#settled.entries()]
      .filter(([, each]) => psnNo === null || each.psnNo === psnNo)
      .map(([msgid, { output: _output, body: _body, ...each }]) => ({ msgid, ...each }));
  }

  /** @param {Record<string, any>} data @param {string} msgid @param {string} settlementNo */
  #split(data, msgid, settlementNo) {
    if (!data.psn_no || !data.mdtrt_id) throw new Declined('psn_no, mdtrt_id: 不能为空');
    const totalFen = fenOf(data.medfee_sumamt);
    const fundFen = fundOf(totalFen);
    const person = yuanOf(totalFen - fundFen);
    return {
      mdtrt_id: data.mdtrt_id,
      psn_no: data.psn_no,
      setl_id: settlementNo,
      medfee_sumamt: yuanOf(totalFen),
      hifp_pay: yuanOf(fundFen),
      fund_pay_sumamt: yuanOf(fundFen),
      psn_part_amt: person,
      acct_pay: '0.00',
      psn_cash_pay: person,
      hosp_part_amt: '0.00',
      medins_setl_id: msgid,
    };
  }
}
