import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import type { UsersContext } from '../context.ts';
import { PublicLicence, publicLicenceOf } from '../staff/public-licence.ts';
import { DoctorConnection } from './doctor.connection.ts';
import { Doctor } from './doctor.entity.ts';

@Resolver(() => Doctor)
export class DoctorResolver {
  @Query(() => Doctor, { nullable: true, description: 'A doctor who may practise, by identifier. 医生' })
  async doctor(
    @Arg('id', () => ID, { description: 'Identifier, `doc_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Doctor | null> {
    return loaders.of(services.doctors.practisingById).load(parseId('doc', id));
  }

  @Query(() => DoctorConnection, { description: 'All doctors who may practise. 医生列表' })
  async doctors(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: UsersContext,
  ): Promise<DoctorConnection> {
    const after = cursorOf(page.after, (text) => parseId('doc', text));
    const size = pageSize(page.first);
    const rows = await services.doctors.page(after, size + 1);
    return connectionOf(rows, size, (doctor) => doctor.id);
  }

  @FieldResolver(() => PublicLicence, {
    nullable: true,
    description: 'What the public may know of the licence; null where none is in the books. 执业资格',
  })
  async licence(
    @Root() doctor: Doctor,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<PublicLicence | null> {
    const licence = await loaders.of(services.licenceStore.ofDoctor).load(doctor.accountId);
    return licence && publicLicenceOf(licence, services.today());
  }
}
