import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CareContext } from '../context.ts';
import { Department } from './department.entity.ts';

@Resolver(() => Department)
export class DepartmentResolver {
  @Query(() => [Department], {
    description: 'The departments of the national catalogue, in the order of their codes. 科室列表',
  })
  async departments(@Ctx() { services }: CareContext): Promise<Department[]> {
    return services.departments.all();
  }

  @FieldResolver(() => String, { description: 'Name in the language of the caller. 名称' })
  name(@Root() department: Department, @Ctx() { locale }: CareContext): string {
    return locale.toLowerCase().startsWith('en') ? department.nameEn : department.nameZh;
  }

  @FieldResolver(() => Department, { nullable: true, description: 'The one that it is part of. 上级科室' })
  async parent(
    @Root() { parentId }: Department,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Department | null> {
    return parentId === null ? null : loaders.of(services.departments.byId).load(parentId);
  }
}

/** @throws AppError NOT_FOUND */
export async function getDepartment({ loaders, services }: CareContext, id: string): Promise<Department> {
  const found = await loaders.of(services.departments.byId).load(id);
  if (!found) throw new AppError('NOT_FOUND', { what: 'Department' });
  return found;
}
