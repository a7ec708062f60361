import { expect, test } from 'vitest';
import { HealthArchive, PregnancyStatus } from '../../subgraphs/users/archive/archive.entity.ts';
import { countedFrom, pregnancyOn } from '../../subgraphs/users/archive/pregnancy.ts';

const archive = (pregnancy: PregnancyStatus, pregnancyCountedFrom: string | null) =>
  Object.assign(HealthArchive.first('pat_1', new Date(0)), { pregnancy, pregnancyCountedFrom });

test('the weeks of a pregnancy go on by themselves, until it must be over', () => {
  const pregnant = archive(PregnancyStatus.PREGNANT, countedFrom('2026-03-01', 12));
  const on = (day: string) => pregnancyOn(pregnant, day);
  expect(on('2026-03-01')).toEqual({ pregnancy: 'PREGNANT', pregnancyWeeks: 12 });
  expect(on('2026-03-07').pregnancyWeeks).toBe(12);
  expect(on('2026-03-08').pregnancyWeeks).toBe(13);
  expect(on('2026-10-11')).toEqual({ pregnancy: 'PREGNANT', pregnancyWeeks: 44 });
  // What is not known any more must not be taken for safe.
  expect(on('2026-10-18')).toEqual({ pregnancy: 'UNKNOWN', pregnancyWeeks: null });
});

test('without a count there are no weeks', () => {
  expect(pregnancyOn(archive(PregnancyStatus.PREGNANT, null), '2026-03-01')).toEqual({
    pregnancy: 'PREGNANT',
    pregnancyWeeks: null,
  });
  expect(pregnancyOn(archive(PregnancyStatus.NOT_PREGNANT, null), '2026-03-01').pregnancyWeeks).toBeNull();
});
