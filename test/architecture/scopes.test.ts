import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** `Type.field` → its rules, as the committed table of permissions has them. */
const table = readFileSync('schema/permissions.md', 'utf8')
  .split('\n')
  .map((line) => /^\| (\w+\.\w+) \| (\w+) \| (.+) \|$/.exec(line))
  .flatMap((found) =>
    found ? [{ field: found[1] ?? '', subgraph: found[2] ?? '', rule: found[3] ?? '' }] : [],
  );

const isSomewhere = ({ rule }: { rule: string }) => rule.startsWith('holdsSomewhere(');

/**
 * Where the place decides behind each rule that asks for a permission at any place: a file, and what in it names the
 * place of the row or keeps a list to the places in reach.
 */
const DECIDED: Readonly<Record<string, readonly [string, RegExp]>> = {
  'Query.searchAccounts': ['users/search/account-search.service.ts', /accountReach\(actor\)/],
  'Query.staffApplications': ['users/staff/licence-reading.service.ts', /reachOf\(actor, 'staff\.license'\)/],
  'Query.roles': ['users/role/role-definition.resolver.ts', /mayGiveSomewhere\(actor, name/],
  'Query.permissions': ['users/role/role-definition.resolver.ts', /holdsWhereManaging\(actor, name\)/],
  'Query.grantsOf': ['users/role/role-definition.resolver.ts', /assertManagesRolesAt\(actor, place\)/],
  'Mutation.grantRole': ['users/role/role.service.ts', /assertMayChange\(tx\.manager, actor, wanted\)/],
  'Mutation.revokeRole': ['users/role/role.service.ts', /assertMayChange\(tx\.manager, actor, wanted\)/],
  ...everyOne(
    ['reviewLicence', 'suspendLicence', 'reinstateLicence', 'renewLicence'],
    'users/staff/licence-review.service.ts',
    /holds\(actor, 'staff\.license', placeOfInstitution\(/,
  ),
  'Query.myQueue': ['care/queue/queue.resolver.ts', /filter\(mayCallAt\(actor\)\)/],
  'Query.mySchedules': [
    'care/schedule/schedule.resolver.ts',
    /holds\(actor, 'schedule\.publish', schedule\)/,
  ],
  'Mutation.publishSchedule': [
    'care/schedule/schedule.service.ts',
    /holds\(actor, 'schedule\.publish', \{ hospitalId, departmentId \}\)/,
  ],
  'Mutation.callNextPatient': ['care/queue/call.service.ts', /mayCall: mayCallAt\(actor\)/],
  ...everyOne(
    ['createSigningKey', 'replaceSigningKey'],
    'care/signing/signing-key.service.ts',
    /attendsAt\(actor, doctor\)/,
  ),
  ...everyOne(
    ['saveMedicalRecord', 'savePrescription'],
    'care/record/treatment.ts',
    /holds\(actor, permission, place\)/,
  ),
  ...everyOne(
    ['signMedicalRecord', 'amendMedicalRecord'],
    'care/record/record-signing.service.ts',
    /treatmentBy\(manager, actor, consultation, 'record\.write'\)/,
  ),
  'Mutation.signPrescription': [
    'care/prescription/prescription-signing.service.ts',
    /treatmentBy\(manager, actor, consultation, 'prescription\.write'\)/,
  ],
  'Query.prescriptionReviews': [
    'pharmacy/review/review.resolver.ts',
    /within: reachOf\(actor, 'prescription\.review'\)/,
  ],
  'Mutation.reviewPrescription': ['pharmacy/review/review.service.ts', /reviewsAt\(actor, place\)/],
  ...everyOne(
    ['assignReviewingPharmacy', 'withdrawReviewingPharmacy'],
    'pharmacy/review/review-assignment.service.ts',
    /holds\(actor, 'hospital\.manage', \{ hospitalId \}\)/,
  ),
  'Mutation.dispense': ['pharmacy/dispensation/dispensing.service.ts', /mayHandOut\(actor, order\)/],
  'Query.pharmacyOrders': [
    'pharmacy/order/order.resolver.ts',
    /'order\.read', \{ pharmacyId: parseId\('pha', pharmacyId\) \}/,
  ],
  'Query.warehouses': ['pharmacy/pharmacy/pharmacy.resolver.ts', /assertReadsStockOf\(actor,/],
  'Query.batch': ['pharmacy/stock/batch.resolver.ts', /holds\(actor, 'stock\.read', batch\)/],
  'Query.batches': ['pharmacy/stock/batch.resolver.ts', /assertReadsStockOf\(actor,/],
  'Query.stockMovements': ['pharmacy/stock/batch.resolver.ts', /holds\(actor, 'stock\.read', batch\)/],
  'Query.stockLevels': ['pharmacy/stock/stock-level.resolver.ts', /assertReadsStockOf\(actor,/],
  ...everyOne(
    ['receiveStock', 'writeOffStock'],
    'pharmacy/stock/stock-intake.service.ts',
    /managesStockOf\(actor, \w+\.pharmacyId\)/,
  ),
  'Mutation.setStockThreshold': [
    'pharmacy/stock/stock-threshold.service.ts',
    /managesStockOf\(actor, pharmacyId\)/,
  ],
};

/** What belongs to no place: that the permission is held at any is all that is asked. */
const OF_NO_PLACE = ['Query.suppliers'];

/** Types that are no entities, which nothing but a field with a rule of its own answers with. */
const ANSWERED_BY_A_LIST = ['FoundAccount', 'FoundLicence', 'Role', 'Permission', 'Supplier'];

function everyOne(mutations: readonly string[], file: string, check: RegExp) {
  return Object.fromEntries(mutations.map((name) => [`Mutation.${name}`, [file, check] as const]));
}

const isRoot = (field: string) => /^(Query|Mutation|Subscription)\./.test(field);

test('“holds it somewhere” is never the last decision: behind each such rule the place decides', () => {
  const asked = table.filter(isSomewhere).filter(({ field }) => isRoot(field));
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.map(({ field }) => field).toSorted()).toEqual(
    [...Object.keys(DECIDED), ...OF_NO_PLACE].toSorted(),
  );
  for (const [field, [file, check]] of Object.entries(DECIDED)) {
    expect(readFileSync(`subgraphs/${file}`, 'utf8'), field).toMatch(check);
  }
});

test('below the roots such a rule stands on the frames of lists alone, and on what only they answer with', () => {
  const types = new Set(
    table
      .filter(isSomewhere)
      .filter(({ field }) => !isRoot(field))
      .map(({ field }) => field.split('.')[0] ?? ''),
  );
  const schema = readFileSync('schema/supergraph.graphql', 'utf8');
  for (const type of types) {
    if (/(Connection|Edge)$/.test(type)) continue;
    expect(ANSWERED_BY_A_LIST).toContain(type);
    // An entity could be asked for past the list.
    expect(schema, type).not.toMatch(new RegExp(`type ${type}\\n[^{]*key:`));
  }
});

test('no code asks whether something is held somewhere but that one rule', () => {
  const files = ['subgraphs', 'shared', 'router'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const own = /\bgrants\s*\.\s*(some|filter|find)\b[^;]*permissions/;
  const asking = files.filter((file) => own.test(readFileSync(file, 'utf8')));
  expect(asking.toSorted()).toEqual([
    'shared/context/actor.ts',
    'subgraphs/users/second-factor/second-factor.state.ts',
  ]);
  expect("actor.grants.some((grant) => grant.permissions.includes('x'))").toMatch(own);
});
