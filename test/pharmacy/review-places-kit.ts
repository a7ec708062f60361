import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { employ } from '../testkit/staff.ts';
import { newPatient, openPharmacy, type Person, type Pharmacy, signedSheet } from './review-bench.ts';

export const LIST = `query ($after: String) { prescriptionReviews(first: 100, after: $after) {
  edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
export const ONE = 'query ($id: ID!) { prescriptionReview(id: $id) { id status sheet { patientName } } }';
export const PLACES = `query ($ids: [ID!]!) {
  prescriptionPlaces(prescriptionIds: $ids) { prescriptionId reviewedAt orderedAt }
}`;

export const codeOf = async (query: string, variables: object, token: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

/** A pharmacy that reviews for nobody yet. @returns its identifier */
export async function newPharmacy(): Promise<string> {
  const id = newId('pha');
  await rows('INSERT INTO yey_pharmacy.pharmacy (id, name, city, address) VALUES (?, ?, ?, ?)', [
    id,
    '另一药房',
    '北京市',
    '西城区',
  ]);
  return id;
}

/** A pharmacy that reviews for every hospital that never named one, as those of an older release do. */
export async function olderPharmacy(): Promise<string> {
  const id = await newPharmacy();
  await rows("INSERT INTO yey_pharmacy.reviewing_pharmacy (hospital_id, pharmacy_id) VALUES ('', ?)", [id]);
  return id;
}

/** Somebody who reviews at a pharmacy. @returns an access token */
export async function reviewerAt(pharmacyId: string): Promise<string> {
  const login = await logInAnew();
  await employ(login, { institutionId: pharmacyId });
  await until(async () => (await codeOf(LIST, {}, login.accessToken)) === undefined);
  return login.accessToken;
}

export interface ReviewParties {
  readonly pharmacy: Pharmacy;
  readonly patient: Person;
  /** A pharmacy that reviews for nobody. */
  readonly otherPharmacy: string;
  /** The access token of its pharmacist. */
  readonly outsider: string;
}

export async function openReview(): Promise<ReviewParties> {
  const [pharmacy, patient, otherPharmacy] = await Promise.all([openPharmacy(), newPatient(), newPharmacy()]);
  return { pharmacy, patient, otherPharmacy, outsider: await reviewerAt(otherPharmacy) };
}

/** A prescription that waits for its review. */
export async function waiting(
  pharmacy: Pharmacy,
  patient: Person,
  hospital = 'H001',
  more: { readonly doctorAccountId?: string } = {},
): Promise<{ prescriptionId: string; reviewId: string }> {
  const sheet = signedSheet(patient, { hospitalId: stableId('hos', hospital), ...more });
  await pharmacy.receive(sheet);
  const [row] = await rows('SELECT id FROM yey_pharmacy.prescription_review WHERE prescription_id = ?', [
    sheet.prescriptionId,
  ]);
  await replicaCaughtUp();
  return { prescriptionId: sheet.prescriptionId, reviewId: String(row?.id) };
}

/** The identifiers of all reviews in somebody's list. */
export async function listed(token: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page = (await data(LIST, { after }, { token })).prescriptionReviews as {
      edges: { node: { id: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    ids.push(...page.edges.map(({ node }) => node.id));
    ({ endCursor: after, hasNextPage: more } = page.pageInfo);
  }
  return ids;
}
