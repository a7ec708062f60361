import { randomInt, randomUUID } from 'node:crypto';
import { ask, data } from '../testkit/client.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A made-up identity number that is formally right, another one each time. @param day `19900512` */
export function identityNumber(day: string, sex: 'MALE' | 'FEMALE'): string {
  const region = String(randomInt(110_101, 659_999));
  const sequence = String(randomInt(100) * 10 + randomInt(5) * 2 + (sex === 'MALE' ? 1 : 0)).padStart(3, '0');
  const digits = `${region}${day}${sequence}`;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return digits + '10X98765432'.charAt(sum % 11);
}

const ADD = `mutation ($input: AddPatientInput!) {
  addPatient(input: $input) { id name relation sex birthDate identityNumber phone archive { version } }
}`;

type Answer = Awaited<ReturnType<typeof ask>>;

export interface Added {
  readonly id: string;
}

const child = (more: object) => ({
  input: {
    name: '小明',
    relation: 'CHILD',
    idempotencyKey: randomUUID(),
    birthDate: '2020-02-29',
    sex: 'MALE',
    ...more,
  },
});

/** Tries to add a child, or whoever it is with `more`. */
export const add = (token: string | undefined, more: object = {}) => ask(ADD, child(more), { token });

/** Adds one, which must succeed. */
export const added = async (token: string, more: object = {}) =>
  (await data(ADD, child(more), { token })).addPatient as Added;

/** The code of each answer, `OK` where there is none, in alphabetical order. */
export const codesOf = (answers: Answer[]) =>
  answers.map((each) => each.errors[0]?.extensions.code ?? 'OK').toSorted();

/** The same at once, so many times. */
export const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
