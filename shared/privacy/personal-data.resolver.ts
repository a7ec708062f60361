import 'reflect-metadata';
import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import type { Audit } from '../audit/audit.ts';
import type { GraphqlContext } from '../context/graphql-context.ts';
import { AppError } from '../errors/app-error.ts';
import { parseId } from '../ids/ids.ts';
import { isService } from '../rules/identity-rules.ts';
import type { RuleMap } from '../rules/rules.ts';
import type { PersonalCollector } from './personal-collector.ts';

/** More than an account has patients. */
const MOST = 100;

export interface PersonalDataServices {
  readonly personalData: PersonalCollector;
  readonly audit: Audit;
}

interface HasPersonalData extends GraphqlContext {
  readonly services: PersonalDataServices;
}

/** What a subgraph tells users for the export of somebody's data. */
@Resolver()
export class PersonalDataResolver {
  @Directive('@inaccessible')
  @Directive('@shareable')
  @Query(() => String, {
    description:
      'All that is held of an account and its patients, JSON. For other subgraphs alone. 个人信息副本',
  })
  async personalData(
    @Arg('accountId', () => ID, { description: 'The account, `acc_<ULID>`.' }) accountId: string,
    @Arg('patientIds', () => [ID], { description: `The patients, at most ${MOST}.` }) patientIds: string[],
    @Ctx() { actor, services }: HasPersonalData,
  ): Promise<string> {
    if (patientIds.length > MOST) {
      throw new AppError('VALIDATION_FAILED', { field: 'patientIds', reason: `0 – ${MOST}` });
    }
    const subject = {
      accountId: parseId('acc', accountId),
      patientIds: patientIds.map((each) => parseId('pat', each)),
    };
    await services.audit.read(actor, 'personal_data.read', 'Account', [accountId]);
    await services.audit.read(actor, 'personal_data.read', 'Patient', patientIds);
    return JSON.stringify(await services.personalData.collect(subject));
  }
}

export const personalDataRules: RuleMap = { Query: { personalData: isService } };
