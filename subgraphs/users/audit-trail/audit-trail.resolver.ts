import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { AuditTrailConnection, AuditTrailFilter } from './audit-trail.types.ts';

@Resolver()
export class AuditTrailResolver {
  @Query(() => AuditTrailConnection, {
    description:
      'What was done and read among accounts, roles, licences and patients, for auditors. 审计记录',
  })
  async auditTrail(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditTrailFilter, { nullable: true, description: 'Which entries.' })
    filter: AuditTrailFilter | null,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<AuditTrailConnection> {
    const before = cursorOf(page.after, (text) => parseId('aud', text));
    const size = pageSize(page.first);
    const rows = await services.auditTrail.page(actor, filter ?? {}, before, size + 1);
    return connectionOf(rows, size, (row) => row.id);
  }
}
