import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { UsersContext } from '../context.ts';
import { Patient } from '../patient/patient.entity.ts';
import { loincOf } from './loinc.ts';
import { numbersOf } from './observation.checks.ts';
import { ObservationConnection } from './observation.connection.ts';
import { Observation } from './observation.entity.ts';
import { KINDS, ObservationKind } from './observation-kinds.ts';
import { ObservationSeries } from './observation.types.ts';
import { bucketSeconds, downsample } from './series.ts';

const MOST_POINTS = 500;
const LONGEST_MS = 10 * 366 * 24 * 3_600_000;

@Resolver(() => Patient)
export class PatientObservationsResolver {
  @FieldResolver(() => ObservationConnection, {
    description:
      'What was measured, the latest first; each look by anybody but the guardian is kept in the audit. 监测数据',
  })
  async observations(
    @Root() patient: Patient,
    @Arg('kind', () => ObservationKind, { nullable: true, description: 'Only of this kind. 项目' })
    kind: ObservationKind | null | undefined,
    @Arg('from', () => DateTime, { nullable: true, description: 'Taken at it or later. 起始时间' })
    from: Date | null | undefined,
    @Arg('to', () => DateTime, { nullable: true, description: 'Taken before it. 截止时间' })
    to: Date | null | undefined,
    @Arg('withVoided', () => Boolean, { defaultValue: false, description: 'Those taken back too. 含已作废' })
    withVoided: boolean,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<ObservationConnection> {
    const size = pageSize(page.first);
    const look = {
      actor,
      patient,
      kind: kind ?? undefined,
      from: from ?? undefined,
      to: to ?? undefined,
      after: cursorOf(page.after, parsePlace),
      withVoided,
      limit: size + 1,
    };
    const rows = (await loaders.of(services.observationStore.pages).load(look)) ?? [];
    return connectionOf(rows, size, ({ takenAt, id }) => `${takenAt.getTime()}|${id}`);
  }

  @FieldResolver(() => ObservationSeries, {
    description:
      'What a chart needs: least, most, mean and last of equal stretches of time. SERIES_TOO_LONG beyond 20,000 ' +
      'measurements in one operation. 监测曲线',
  })
  async observationSeries(
    @Root() patient: Patient,
    @Arg('kind', () => ObservationKind, { description: 'Of which kind. 项目' }) kind: ObservationKind,
    @Arg('from', () => DateTime, { description: 'From when. 起始时间' }) from: Date,
    @Arg('to', () => DateTime, { description: 'Until when, ten years later at most. 截止时间' }) to: Date,
    @Arg('points', () => Int, { defaultValue: 100, description: 'How many points at most, 1 to 500. 点数' })
    points: number,
    @Ctx() { actor, loaders, locale, services }: UsersContext,
  ): Promise<ObservationSeries> {
    if (points < 1 || points > MOST_POINTS) {
      throw new AppError('VALIDATION_FAILED', { field: 'points', reason: `1 – ${MOST_POINTS}` });
    }
    const span = to.getTime() - from.getTime();
    if (span <= 0 || span > LONGEST_MS) {
      throw new AppError('VALIDATION_FAILED', { field: 'to', reason: 'from < to ≤ from + 10 a' });
    }
    const samples =
      (await loaders.of(services.observationStore.series).load({ actor, patient, kind, from, to })) ?? [];
    const seconds = bucketSeconds(from, to, points);
    const { unit, parts } = KINDS[kind];
    const taken = samples.map(({ takenAt, value }) => ({ at: takenAt, numbers: numbersOf(kind, value) }));
    return {
      patientId: patient.id,
      kind,
      unit,
      bucketSeconds: seconds,
      count: samples.length,
      lines: parts.map((spec, index) => ({
        part: spec.part,
        code: loincOf(spec, locale),
        points: downsample(
          taken.map(({ at, numbers }) => ({ at, value: numbers[index] ?? 0 })),
          from,
          seconds,
        ),
      })),
    };
  }

  @FieldResolver(() => [Observation], {
    description: 'The latest of each kind that was ever measured; audited as `observations`. 最新监测数据',
  })
  async latestObservations(
    @Root() patient: Patient,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<Observation[]> {
    const pages = loaders.of(services.observationStore.pages);
    const found = await Promise.all(
      Object.values(ObservationKind).map((kind) =>
        pages.load({ actor, patient, kind, withVoided: false, limit: 1 }),
      ),
    );
    return found.flatMap((page) => page ?? []);
  }
}

function parsePlace(text: string): { takenAt: Date; id: string } {
  const [, time = '', id = ''] = /^(-?\d{1,15})\|(\w+)$/.exec(text) ?? [];
  if (time === '') throw new AppError('BAD_CURSOR');
  return { takenAt: new Date(Number(time)), id: parseId('obs', id) };
}
