import { Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import type { UsersContext } from '../context.ts';
import { HealthArchive, PregnancyStatus } from './archive.entity.ts';
import { ChildPugh } from './child-pugh.ts';
import { childPughClassOf, childPughOf, LiverFunction } from './liver-function.ts';
import { pregnancyOn } from './pregnancy.ts';
import { egfrOf, RenalFunction, renalFunctionOf } from './renal-function.ts';

/** What follows from the facts in an archive. */
@Resolver(() => HealthArchive)
export class ArchiveFactsResolver {
  @FieldResolver(() => PregnancyStatus, { description: 'Whether she is pregnant. 妊娠状态' })
  pregnancy(@Root() archive: HealthArchive, @Ctx() { services }: UsersContext): PregnancyStatus {
    return pregnancyOn(archive, services.today()).pregnancy;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Completed weeks of pregnancy today; null if not known. 孕周',
  })
  pregnancyWeeks(@Root() archive: HealthArchive, @Ctx() { services }: UsersContext): number | null {
    return pregnancyOn(archive, services.today()).pregnancyWeeks;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Estimated glomerular filtration rate, mL/min/1.73 m²: as recorded, else by the creatinine. 肾小球滤过率',
  })
  async egfr(@Root() archive: HealthArchive, @Ctx() context: UsersContext): Promise<number | null> {
    if (archive.egfr !== null) return archive.egfr;
    const { loaders, services } = context;
    return egfrOf(archive, await loaders.get(services.patients.byId, archive.patientId, 'Patient'));
  }

  @FieldResolver(() => RenalFunction, {
    nullable: true,
    description: 'What a measured creatinine tells; null without one. 肾功能',
  })
  async renalFunction(
    @Root() archive: HealthArchive,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<RenalFunction | null> {
    return renalFunctionOf(archive, await loaders.get(services.patients.byId, archive.patientId, 'Patient'));
  }

  @FieldResolver(() => ChildPugh, {
    nullable: true,
    description: 'Function of the liver: as recorded, else by its components. 肝功能 Child-Pugh 分级',
  })
  childPugh(@Root() archive: HealthArchive): ChildPugh | null {
    return childPughClassOf(archive);
  }

  @FieldResolver(() => LiverFunction, {
    nullable: true,
    description: 'Function of the liver by its five components; null without them. 肝功能评估',
  })
  liverFunction(@Root() { liver }: HealthArchive): LiverFunction | null {
    return liver && childPughOf(liver);
  }
}
