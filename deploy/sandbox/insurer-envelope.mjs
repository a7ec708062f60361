import { createHash, timingSafeEqual } from 'node:crypto';
import { objectOf, Refusal } from './http.mjs';
import { Declined, Insurer } from './insurer.mjs';

/** Mandatory fields of a request and their longest length. */
const FIELDS = Object.entries({
  infno: 4,
  msgid: 30,
  mdtrtarea_admvs: 6,
  recer_sys_code: 10,
  infver: 6,
  opter_type: 3,
  opter: 30,
  opter_name: 50,
  inf_time: 19,
  fixmedins_code: 12,
  fixmedins_name: 200,
  sign_no: 30,
});
const WINDOW_S = 300;

/** @param {string} key @param {import('./http.mjs').Call} call */
function assertSigned(key, { headers }) {
  const timestamp = String(headers['x-tif-timestamp'] ?? '');
  const nonce = String(headers['x-tif-nonce'] ?? '');
  const given = Buffer.from(String(headers['x-tif-signature'] ?? ''), 'hex');
  const expected = createHash('sha256')
    .update(timestamp + key + nonce + timestamp)
    .digest();
  const isLate = !(Math.abs(Date.now() / 1000 - Number(timestamp || Number.NaN)) <= WINDOW_S);
  if (isLate || nonce === '' || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Refusal(401, 'x-tif-signature');
}

/** @param {Record<string, any>} request @param {string} infno */
function assertComplete(request, infno) {
  for (const [name, length] of FIELDS) {
    const value = request[name];
    if (typeof value !== 'string' || value === '' || value.length > length)
      throw new Declined(`${name}: 不能为空或超长`);
  }
  if (request.infno !== infno) throw new Declined('infno: 与地址不一致');
  if (request.msgid.length !== 30) throw new Declined('msgid: 长度应为30位');
  if (typeof request.input !== 'object' || request.input === null) throw new Declined('input: 不能为空');
}

const stamp = () => new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 17);

/**
 * The national interface of an insurer. Faults are set for a person by the number of their identity card: `ANSWER_LOST`
 * (it has its effect, and no answer), `REFUSED` (a business failure), `DOWN` (no effect, no answer).
 * @param {string} key @returns {import('./http.mjs').Route[]}
 */
export function insurerRoutes(key) {
  const insurer = new Insurer();
  /** @type {{psnNo: string, infno: string, fault: string, times: number}[]} */
  const faults = [];
  const take = (/** @type {string} */ psnNo, /** @type {string} */ infno) => {
    const found = faults.find((each) => each.psnNo === psnNo && each.infno === infno && each.times > 0);
    if (found) found.times -= 1;
    return found?.fault;
  };
  /** @param {string} infno @param {Record<string, any>} request */
  function output(infno, request) {
    const data = request.input.data ?? {};
    if (infno === '1101') return insurer.person(data);
    if (infno === '2206') return insurer.preSettle(data, request.msgid);
    if (infno === '2207') return insurer.settle(data, request.msgid, JSON.stringify(request.input));
    if (infno === '2208') return insurer.reverse(data);
    if (infno === '2601') return insurer.compensate(data);
    throw new Declined('不支持的交易');
  }
  return [
    [
      'POST',
      /^\/insurance\/fsi\/(\d{4})$/,
      (call, infno = '') => {
        assertSigned(key, call);
        const request = objectOf(call.body);
        const received = stamp();
        const answer = (
          /** @type {number} */ infcode,
          /** @type {string} */ message,
          /** @type {object} */ result,
        ) => ({
          infcode,
          inf_refmsgid: `310000${stamp().slice(0, 14)}${String(Math.floor(Math.random() * 1e10)).padStart(10, '0')}`,
          refmsg_time: received,
          respond_time: stamp(),
          err_msg: message,
          output: result,
        });
        try {
          assertComplete(request, infno);
          const fault = take(String(request.input.data?.psn_no ?? ''), infno);
          if (fault === 'DOWN') return { isLost: true };
          if (fault === 'REFUSED') throw new Declined('待遇享受状态异常');
          return { body: answer(0, '', output(infno, request)), isLost: fault === 'ANSWER_LOST' };
        } catch (error) {
          if (!(error instanceof Declined)) throw error;
          return { body: answer(-1, error.message, {}) };
        }
      },
    ],
    [
      'POST',
      /^\/sandbox\/insurance\/faults$/,
      ({ body }) => {
        const { certNo, infno = '2207', fault, times = 1 } = objectOf(body);
        if (!['ANSWER_LOST', 'REFUSED', 'DOWN'].includes(fault)) throw new Refusal(400, 'fault');
        const psnNo = insurer.person({ mdtrt_cert_no: certNo }).baseinfo.psn_no;
        faults.push({ psnNo, infno, fault, times });
        return {};
      },
    ],
    [
      'GET',
      /^\/sandbox\/insurance\.json$/,
      ({ query }) => {
        const certNo = query.get('certNo');
        const psnNo = certNo === null ? null : insurer.person({ mdtrt_cert_no: certNo }).baseinfo.psn_no;
        return { body: insurer.settlements(psnNo) };
      },
    ],
  ];
}
