import 'reflect-metadata';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { boxAround, wgs84Of } from '../../subgraphs/care/hospital/geo-point.ts';
import { Datum } from '../../subgraphs/care/hospital/geo-point.inputs.ts';
import { ask, data } from '../testkit/client.ts';
import { CareBench } from '../testkit/care.ts';
import { replicaCaughtUp, rows } from '../testkit/rows.ts';
import { statementsOf } from '../testkit/sql-log.ts';

const NEAR = `query ($near: GeoPointInput!, $radiusKm: Float!, $first: Int) {
  hospitalsNear(near: $near, radiusKm: $radiusKm, first: $first) { distanceMetres hospital { name latitude longitude } }
}`;
interface Near {
  readonly distanceMetres: number;
  readonly hospital: { name: string; latitude: number; longitude: number };
}
const near = async (place: object, radiusKm: number, first = 100) =>
  (await data(NEAR, { near: place, radiusKm, first })).hospitalsNear as Near[];

const RADIUS_M = 6_370_986;
const rad = (degrees: number) => (degrees * Math.PI) / 180;

/** Haversine: what the database is checked against. */
function metresBetween(a: { latitude: number; longitude: number }, b: typeof a): number {
  const h =
    Math.sin(rad(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(rad(b.longitude - a.longitude) / 2) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.sqrt(h));
}

test.each([
  ['Beijing', { latitude: 39.9163, longitude: 116.3972 }, 10],
  ['Beijing, wider', { latitude: 39.9163, longitude: 116.3972 }, 200],
  ['Shanghai', { latitude: 31.2304, longitude: 121.4737 }, 30],
  ['Guangzhou', { latitude: 23.1291, longitude: 113.2644 }, 5.5],
])(
  'around %s it finds exactly what is within the distance, the nearest first',
  async (_name, place, radiusKm) => {
    const all = await rows('SELECT name, latitude, longitude FROM yey_care.hospital');
    const expected = all
      .map(({ name, latitude, longitude }) => ({
        name: String(name),
        metres: metresBetween(place, { latitude: Number(latitude), longitude: Number(longitude) }),
      }))
      .filter(({ metres }) => metres <= radiusKm * 1000)
      .toSorted((a, b) => a.metres - b.metres);
    const found = await near({ ...place, datum: 'WGS84' }, radiusKm);
    expect(found.map((each) => each.hospital.name)).toEqual(expected.map((each) => each.name));
    found.forEach(({ distanceMetres }, index) =>
      expect(Math.abs(distanceMetres - (expected[index]?.metres ?? 0))).toBeLessThan(2),
    );
    expect(expected.length).toBeGreaterThan(0);
  },
);

test('coordinates of a Chinese map are converted: some hundred metres lie between the two', async () => {
  const place = { latitude: 39.9163, longitude: 116.3972 };
  const converted = wgs84Of({ ...place, datum: Datum.GCJ02 });
  const shift = metresBetween(place, converted);
  expect(shift).toBeGreaterThan(300);
  expect(shift).toBeLessThan(800);
  expect(await near({ ...place, datum: 'GCJ02' }, 10)).toEqual(
    await near({ ...converted, datum: 'WGS84' }, 10),
  );
  // Outside of China the two are the same.
  const abroad = { latitude: 48.8566, longitude: 2.3522 };
  expect(wgs84Of({ ...abroad, datum: Datum.GCJ02 })).toEqual(abroad);
});

test('the box holds the circle, at the poles and at the date line too', () => {
  for (const [latitude, longitude] of [
    [0, 0],
    [39.9, 116.4],
    [89.5, 10],
    [-89.9, -120],
    [10, 179.9],
    [-60, -179.99],
  ] as const) {
    const box = boxAround({ latitude, longitude }, 200_000);
    for (let bearing = 0; bearing < 360; bearing += 5) {
      const angle = 199_999 / RADIUS_M;
      const north = Math.asin(
        Math.sin(rad(latitude)) * Math.cos(angle) +
          Math.cos(rad(latitude)) * Math.sin(angle) * Math.cos(rad(bearing)),
      );
      const turn = Math.atan2(
        Math.sin(rad(bearing)) * Math.sin(angle) * Math.cos(rad(latitude)),
        Math.cos(angle) - Math.sin(rad(latitude)) * Math.sin(north),
      );
      const at = [north / rad(1), ((longitude + turn / rad(1) + 540) % 360) - 180] as const;
      expect(at[0] >= box.south && at[0] <= box.north, `${latitude} ${longitude} ${bearing}`).toBe(true);
      expect(at[1] >= box.west && at[1] <= box.east, `${latitude} ${longitude} ${bearing}`).toBe(true);
    }
  }
});

test('a place that is not on the earth, or a radius out of bounds, is refused', async () => {
  const place = { latitude: 39.9, longitude: 116.4, datum: 'WGS84' };
  for (const [change, radiusKm, field] of [
    [{ latitude: 91 }, 10, 'latitude'],
    [{ longitude: -181 }, 10, 'longitude'],
    [{}, 0, 'radiusKm'],
    [{}, 200.5, 'radiusKm'],
  ] as const) {
    const { errors } = await ask(NEAR, { near: { ...place, ...change }, radiusKm });
    expect(errors[0]?.extensions, field).toMatchObject({ code: 'VALIDATION_FAILED', params: { field } });
  }
});

test('departments are the national catalogue, in the language of the caller', async () => {
  const query = '{ departments { code name parent { code name } } }';
  const chinese = await data(query, {}, { headers: { 'accept-language': 'zh-CN' } });
  const english = await data(query, {}, { headers: { 'accept-language': 'en' } });
  const cardiology = ({ departments }: Record<string, unknown>) =>
    (departments as { code: string }[]).find((each) => each.code === '03.04');
  expect(cardiology(chinese)).toEqual({
    code: '03.04',
    name: '心血管内科专业',
    parent: { code: '03', name: '内科' },
  });
  expect(cardiology(english)).toEqual({
    code: '03.04',
    name: 'Cardiology',
    parent: { code: '03', name: 'Internal Medicine' },
  });
  expect(chinese.departments).toHaveLength(39);
});

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

const SLOTS = `query ($filter: SlotFilter, $first: Int, $after: String) {
  availableSlots(filter: $filter, first: $first, after: $after) {
    edges { node { id startsAt remaining doctor { name } hospital { name } department { name parent { name } } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
interface Page {
  readonly edges: { node: { id: string; startsAt: string; doctor: { name: string } } }[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string };
}

test('forty slots with doctor, hospital and department take as many statements as one', async () => {
  // Where two of the demo doctors practise, and nobody of another test.
  const filter = { hospitalId: stableId('hos', 'H003') };
  const one = await statementsOf(SLOTS, { filter, first: 1 });
  const many = await statementsOf(SLOTS, { filter, first: 40 });
  const { edges } = many.data.availableSlots as Page;
  expect(edges).toHaveLength(40);
  expect(new Set(edges.map((each) => each.node.doctor.name)).size).toBeGreaterThan(1);
  for (const service of ['care', 'users']) {
    expect(many.statements[service]?.length, JSON.stringify(many.statements[service])).toBe(
      one.statements[service]?.length,
    );
  }
});

test('slots of a doctor come in order, page by page, without those that are full', async () => {
  const { doctorId, slots } = await care.session({
    date: care.dayAfter(9),
    slotMinutes: 30,
    slots: 10,
    capacityPerSlot: 1,
  });
  await care.book(care.patient(), slots[4] as (typeof slots)[number]);
  await replicaCaughtUp();
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { availableSlots } = await data(SLOTS.replace('doctor { name }', 'doctor { id }'), {
      filter: { doctorId, from: care.dayAfter(9), to: care.dayAfter(9) },
      first: 4,
      after,
    });
    const page = availableSlots as Page;
    seen.push(...page.edges.map((each) => each.node.id));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
  } while (after !== undefined);
  expect(seen).toEqual(slots.filter((_, index) => index !== 4).map((each) => each.id));
  const none = { filter: { doctorId, to: care.dayAfter(8) } };
  expect((await data(SLOTS, none)).availableSlots).toMatchObject({ edges: [] });
  const wrong = await ask(SLOTS, { after: 'bm9wZQ' });
  expect(wrong.errors[0]?.extensions.code).toBe('BAD_CURSOR');
});
