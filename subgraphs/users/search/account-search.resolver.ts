import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { connectionOf, pageSize } from '../../../shared/pagination/connection.ts';
import { maskPhone } from '../../../shared/phone/phone.ts';
import type { UsersContext } from '../context.ts';
import { maskName } from '../invitation/masked-name.ts';
import { scopeIn } from '../role/scope.ts';
import { type StaffLicence, statusOn } from '../staff/licence.entity.ts';
import { accountReach, inReach, seesInFull } from './account-reach.ts';
import { AccountConnection, FoundAccount, FoundLicence } from './account-search.types.ts';
import { keyIn, placeOf } from './search-cursor.ts';
import { type AccountSort, SearchAccountsArgs } from './search.inputs.ts';

const NEWEST: AccountSort = { field: 'REGISTERED_AT', direction: 'DESC' };

@Resolver(() => FoundAccount)
export class AccountSearchResolver {
  @Query(() => AccountConnection, {
    description:
      'Accounts that meet all of the conditions, for administrators; one of a hospital, department or pharmacy finds those with a licence there. A new ' +
      'registration moves nothing; sorted by last login, an account that logs in meanwhile comes first from then on. 账号搜索',
  })
  async searchAccounts(
    @Args(() => SearchAccountsArgs) { filter, sort, first, after }: SearchAccountsArgs,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<AccountConnection> {
    const sorting = sort ?? NEWEST;
    const size = pageSize(first);
    const place = placeOf(after, sorting, 'acc');
    const rows = await services.accountSearch.page(actor, filter ?? {}, sorting, place, size);
    return connectionOf(rows, size, ({ id, createdAt, lastLoginAt }) =>
      keyIn(sorting, { id, value: sorting.field === 'LAST_LOGIN_AT' ? lastLoginAt : createdAt }),
    );
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The mobile number it logs in with; `138****0001` without `pii.read`. 手机号',
  })
  async phone(@Root() { id }: FoundAccount, @Ctx() context: UsersContext): Promise<string | null> {
    const { actor, loaders, services } = context;
    const phone = await loaders.of(services.accountSearchStore.phoneOf).load(id);
    if (phone === null) return null;
    return seesInFull(actor, await licencesOf(context, id)) ? phone : maskPhone(phone);
  }

  @FieldResolver(() => [String], {
    description: 'Names of the roles that it was granted, for the platform or within reach. 角色',
  })
  async roles(
    @Root() { id }: FoundAccount,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<string[]> {
    const reach = accountReach(actor);
    const grants = (await loaders.of(services.accountSearchStore.grantsOf).load(id)) ?? [];
    const seen = grants.filter(
      ({ scope, scopeId, hospitalId }) =>
        reach === 'EVERYWHERE' ||
        scope === 'PLATFORM' ||
        [...reach.institutionIds, ...reach.departments].includes(scopeIn({ scope, scopeId, hospitalId })),
    );
    return [...new Set(seen.map(({ role }) => role))];
  }

  @FieldResolver(() => [FoundLicence], { description: 'Its licences within reach. 执业资格' })
  async licences(@Root() { id }: FoundAccount, @Ctx() context: UsersContext): Promise<FoundLicence[]> {
    const licences = await licencesOf(context, id);
    const isInFull = seesInFull(context.actor, licences);
    const today = context.services.today();
    return licences.map((licence) =>
      Object.assign(new FoundLicence(), licence, {
        status: statusOn(licence, today),
        name: isInFull ? licence.name : maskName(licence.name),
      }),
    );
  }
}

/** Those that the caller may see. */
async function licencesOf(
  { actor, loaders, services }: UsersContext,
  accountId: string,
): Promise<StaffLicence[]> {
  const licences = (await loaders.of(services.licenceStore.ofAccounts).load(accountId)) ?? [];
  return inReach(accountReach(actor), licences);
}
