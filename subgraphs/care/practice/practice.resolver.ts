import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { CareContext } from '../context.ts';
import { Department } from '../department/department.entity.ts';
import { Doctor } from '../external/doctor.ts';
import { Hospital } from '../hospital/hospital.entity.ts';

@Resolver(() => Doctor)
export class PracticeResolver {
  @FieldResolver(() => Hospital, { nullable: true, description: 'Where the doctor practises. 执业医院' })
  async hospital(
    @Root() doctor: Doctor,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Hospital | null> {
    const practice = await loaders.of(services.practices.byDoctor).load(doctor.id);
    return practice && loaders.of(services.hospitals.byId).load(practice.hospitalId);
  }

  @FieldResolver(() => Department, { nullable: true, description: 'In which department. 科室' })
  async department(
    @Root() doctor: Doctor,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Department | null> {
    const practice = await loaders.of(services.practices.byDoctor).load(doctor.id);
    const id = practice?.departmentId;
    return id == null ? null : loaders.of(services.departments.byId).load(id);
  }
}
