import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { holds } from '../../../shared/context/actor.ts';
import { connectionOf, pageSize } from '../../../shared/pagination/connection.ts';
import { maskPhone } from '../../../shared/phone/phone.ts';
import type { UsersContext } from '../context.ts';
import { maskName } from '../invitation/masked-name.ts';
import { maskIdentityNumber } from '../patient/identity-number.ts';
import type { Patient } from '../patient/patient.entity.ts';
import { type FoundPatient, PatientConnection } from './patient-search.types.ts';
import { keyIn, placeOf } from './search-cursor.ts';
import { type PatientSort, SearchPatientsArgs } from './search.inputs.ts';

const NEWEST: PatientSort = { field: 'ADDED_AT', direction: 'DESC' };

@Resolver()
export class PatientSearchResolver {
  @Query(() => PatientConnection, {
    description:
      'Patients of all accounts that meet all of the conditions, for administrators of the platform; every patient that is shown can see that. 就诊人搜索',
  })
  async searchPatients(
    @Args(() => SearchPatientsArgs) { filter, sort, first, after }: SearchPatientsArgs,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<PatientConnection> {
    const sorting = sort ?? NEWEST;
    const size = pageSize(first);
    const place = placeOf(after, sorting, 'pat');
    const rows = await services.patientSearch.page(actor, filter ?? {}, sorting, place, size);
    const { edges, pageInfo } = connectionOf(rows, size, ({ id, birthDate, createdAt }) =>
      keyIn(sorting, { id, value: sorting.field === 'BIRTH_DATE' ? birthDate : createdAt }),
    );
    const isWhole = holds(actor, 'pii.read');
    return { edges: edges.map(({ cursor, node }) => ({ cursor, node: shown(node, isWhole) })), pageInfo };
  }
}

/** @param isWhole names and numbers in full */
function shown(patient: Patient, isWhole: boolean): FoundPatient {
  const { id, accountId, relation, sex, birthDate, status, createdAt } = patient;
  const { name, identityNumber, phone } = patient;
  return {
    id,
    accountId,
    relation,
    sex,
    birthDate,
    status,
    createdAt,
    name: isWhole ? name : maskName(name),
    identityNumber: isWhole ? identityNumber : identityNumber && maskIdentityNumber(identityNumber),
    phone: isWhole ? phone : phone && maskPhone(phone),
  };
}
