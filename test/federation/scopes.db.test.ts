import { expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { newPharmacy } from '../pharmacy/review-places-kit.ts';
import { data } from '../testkit/client.ts';
import { type Login, logInAnew } from '../testkit/login.ts';
import { ownDoctor } from '../testkit/own-doctor.ts';
import { confineToDepartment, grantAt, rightsAreKnown } from '../testkit/rights.ts';
import { rows } from '../testkit/rows.ts';
import { withSecondFactor } from '../testkit/second-factor.ts';
import { employ } from '../testkit/staff.ts';
import { applied, codeOf, keyed } from '../users/licence-kit.ts';

/**
 * One kind of right over the wire: two people hold it, each at a place of their own. What is done in consultations and
 * reviews, `care/attendance` and `pharmacy/review-places` show.
 */
interface Kind {
  readonly mutation: string;
  readonly places: () => Promise<readonly [string, string]>;
  /** Lets somebody do it at a place. */
  readonly permit: (login: Login, place: string) => Promise<unknown>;
  /** What is asked for at a place. */
  readonly inputAt: (place: string) => Promise<object>;
  /** The answer to whoever may do it elsewhere. */
  readonly refusal: 'NOT_FOUND' | 'FORBIDDEN';
}

const hospitals = (...codes: readonly [string, string]) => {
  const [one, other] = codes;
  return async () => [stableId('hos', one), stableId('hos', other)] as const;
};
const atHospital =
  (...permissions: string[]) =>
  ({ accountId }: Login, scopeId: string) =>
    grantAt(accountId, permissions, { scope: 'HOSPITAL', scopeId });

const kinds: Readonly<Record<string, Kind>> = {
  'hospital.manage': {
    mutation: 'mutation ($input: ReviewAssignmentInput!) { assignReviewingPharmacy(input: $input) { id } }',
    places: hospitals('H016', 'H017'),
    permit: atHospital('hospital.manage'),
    inputAt: async (hospitalId) => ({ hospitalId, pharmacyId: stableId('pha', 'demo-pharmacy-01') }),
    refusal: 'NOT_FOUND',
  },
  'stock.manage': {
    mutation: 'mutation ($input: SetStockThresholdInput!) { setStockThreshold(input: $input) { threshold } }',
    places: async () => Promise.all([pharmacyWithStock(), pharmacyWithStock()]),
    permit: (login, institutionId) => employ(login, { institutionId }),
    inputAt: async (pharmacyId) => ({ pharmacyId, skuId: stableId('sku', 'D001'), threshold: 3 }),
    refusal: 'NOT_FOUND',
  },
  'staff.license': {
    mutation: 'mutation ($input: ReviewLicenceInput!) { reviewLicence(input: $input) { id status } }',
    places: hospitals('H018', 'H019'),
    permit: atHospital('staff.license'),
    inputAt: async (institutionId) => {
      const { id, version } = await applied(await logInAnew(), { institutionId });
      return { licenceId: id, expectedVersion: version, decision: 'APPROVE' };
    },
    refusal: 'NOT_FOUND',
  },
  'role.manage': {
    mutation: 'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }',
    places: hospitals('H018', 'H019'),
    permit: async (login, place) => {
      await atHospital('role.manage', 'stats.read')(login, place);
      await withSecondFactor(login);
    },
    inputAt: async (scopeId) => {
      const { accountId } = await logInAnew();
      return { accountId, role: 'ANALYST', scope: 'HOSPITAL', scopeId };
    },
    refusal: 'FORBIDDEN',
  },
};

async function pharmacyWithStock(): Promise<string> {
  const id = await newPharmacy();
  await rows('INSERT INTO yey_pharmacy.warehouse (id, pharmacy_id, name) VALUES (?, ?, ?)', [
    id.replace('pha_', 'whs_'),
    id,
    '药库',
  ]);
  return id;
}

test.each(Object.entries(kinds))('%s at one place changes nothing at another', async (_name, kind) => {
  const { mutation, inputAt, refusal } = kind;
  const places = await kind.places();
  const [one, other] = await Promise.all(
    places.map(async (place) => {
      const login = await logInAnew();
      await kind.permit(login, place);
      const input = await inputAt(place);
      const attempt = ({ accessToken }: Login) => {
        const variables = mutation.includes('ChangeGrantInput') ? { input } : keyed(input);
        return codeOf(mutation, variables, accessToken);
      };
      return { login, attempt };
    }),
  );
  if (!one || !other) throw new Error('two places');
  await rightsAreKnown();
  for (const [mine, theirs] of [
    [one, other],
    [other, one],
  ] as const) {
    expect(await theirs.attempt(mine.login)).toBe(refusal);
    // The same person may do the same at the own place, so it was the place that decided.
    expect(await mine.attempt(mine.login)).toBeUndefined();
  }
});

test('schedule.publish for one department publishes nothing in another', async () => {
  // Who practises in 03.04.
  const { accountId, token } = await ownDoctor('郑排班');
  const PUBLISH = 'mutation ($input: PublishScheduleInput!) { publishSchedule(input: $input) { id } }';
  const publish = () => {
    const date = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const session = { date, startTime: '08:00', slotMinutes: 30, slots: 2, capacityPerSlot: 1, fee: '0.00' };
    return codeOf(PUBLISH, keyed(session), token);
  };
  await confineToDepartment(accountId, '03.01');
  expect((await data('{ mySchedules { id } }', {}, { token })).mySchedules).toEqual([]);
  expect(await publish()).toBe('FORBIDDEN');
  await confineToDepartment(accountId, '03.04');
  expect(await publish()).toBeUndefined();
});
