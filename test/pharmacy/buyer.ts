import { randomInt, randomUUID } from 'node:crypto';
import { expect, inject } from 'vitest';
import { data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { environmentOf } from '../testkit/platform.ts';

export interface Buyer {
  readonly token: string;
  readonly accountId: string;
  readonly patientId: string;
  readonly certNo: string;
}

/** GB 11643: the last character makes the weighted sum right. */
function newIdentityNumber(): string {
  const body = `11010119900307${String(randomInt(500) * 2).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + '10X98765432'.charAt(sum % 11);
}

/** Somebody new with a patient, whom the insurer knows by the identity number unless there is none. */
export async function newBuyer(identityNumber: string | null = newIdentityNumber()): Promise<Buyer> {
  const { accessToken: token, accountId } = await logInAnew();
  const person = identityNumber === null ? { birthDate: '2020-01-01', sex: 'FEMALE' } : { identityNumber };
  const added = await data(
    'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }',
    { input: { name: '钱小小', relation: 'CHILD', ...person, idempotencyKey: randomUUID() } },
    { token },
  );
  const { id: patientId } = added.addPatient as { id: string };
  return { token, accountId, patientId, certNo: identityNumber ?? '' };
}

export const START =
  'mutation ($input: StartPaymentInput!) { startPayment(input: $input) { id status amount payUrl } }';

export async function start({ token }: Buyer, id: string, type = 'ORDER') {
  const input = { payable: { type, id }, idempotencyKey: randomUUID() };
  const answer = await data(START, { input }, { token });
  return answer.startPayment as { id: string; status: string; amount: string; payUrl: string };
}

const sandbox = () => `${environmentOf(inject('platformDir')).SANDBOX_URL}/sandbox`;

/** Tells the provider or the insurer what to do. */
export async function tell(path: string, body: object): Promise<{ answers?: number[] }> {
  const response = await fetch(`${sandbox()}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as { answers?: number[] };
}

/** What the provider or the insurer knows. */
export async function told<T>(path: string): Promise<T> {
  return (await (await fetch(`${sandbox()}/${path}`)).json()) as T;
}
