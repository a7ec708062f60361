/** Documents of which each once blocked the router or a subgraph for seconds. */
export interface Killer {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What the refusal names. */
  readonly limit: string;
}

function nestedFragments(levels: number, on: string, leaf: string): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment f${level} on ${on} { ...f${level + 1} ...f${level + 1} }`,
  );
  return [...fragments, `fragment f${levels} on ${on} { ${leaf} }`].join(' ');
}

/** Appointments and consultations lead to each other; two aliases at each level double what is below. */
function doubled(levels: number, field: string, more: string): string {
  if (levels === 0) return '{ id }';
  const below = doubled(levels - 1, field === 'consultation' ? 'appointment' : 'consultation', more);
  return `{ ${more} a: ${field} ${below} b: ${field} ${below} }`;
}

function drugs(count: number, variable: boolean): string {
  const size = variable ? '$n' : '100';
  const fields = Array.from(
    { length: count },
    (_, each) => `d${each}: drugs(first: ${size}) { edges { node { id } } }`,
  );
  return `query D${variable ? '($n: Int)' : ''} { ${fields.join(' ')} }`;
}

/** The same chain in few words. */
function doubledInFragments(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, level) => {
    const [on, field] = level % 2 === 0 ? ['Appointment', 'consultation'] : ['Consultation', 'appointment'];
    return `fragment f${level} on ${on} { a: ${field} { ...f${level + 1} } b: ${field} { ...f${level + 1} } }`;
  });
  const last = levels % 2 === 0 ? 'Appointment' : 'Consultation';
  return `{ appointment(id: "apt_1") { ...f0 } } ${fragments.join(' ')} fragment f${levels} on ${last} { id }`;
}

/** Many definitions that each expand the fragment `g`, of as many selections as one operation may have. */
function wideFragment(count: number, definition: (each: number) => string): string {
  const definitions = Array.from({ length: count }, (_, each) => definition(each));
  const fields = Array.from({ length: 38 }, (_, each) => `field${each} { ...h }`);
  const leaves = Array.from({ length: 36 }, (_, each) => `leaf${each}`);
  return `${definitions.join(' ')} fragment g on Query { ${fields.join(' ')} } fragment h on Account { ${leaves.join(' ')} }`;
}

/** Cheap to count, dear to plan. @param more what is asked at each level besides, the dearer for being elsewhere */
export function doubledChain(levels: number, more = ''): string {
  return `{ appointment(id: "apt_1") ${doubled(levels, 'consultation', more)} }`;
}

export const KILLERS: readonly Killer[] = [
  {
    name: 'fragments nested 23 times, each spread twice',
    query: `{ ...f0 } ${nestedFragments(23, 'Query', '__typename')}`,
    limit: 'selections',
  },
  {
    name: 'the same in a mutation that logs in',
    query: `mutation { ...f0 } ${nestedFragments(23, 'Mutation', '__typename')}`,
    limit: 'selections',
  },
  {
    name: 'a doubled chain of 9 levels',
    query: doubledChain(9),
    limit: 'tokens',
  },
  { name: '300 aliases of a page of 100', query: drugs(300, false), limit: 'tokens' },
  { name: '2,000 aliases of a page of 100', query: drugs(2000, false), limit: 'length' },
  {
    name: '38 aliases of a page by a variable',
    query: drugs(38, true),
    variables: { n: 1000 },
    limit: 'cost',
  },
  { name: '100 aliases of a page of 100', query: drugs(100, false), limit: 'aliases' },
  {
    name: 'the same in fragments',
    query: doubledInFragments(9),
    limit: 'selections',
  },
  { name: '200,000 repeated fields', query: `{ me { ${'id '.repeat(200_000)} } }`, limit: 'length' },
  { name: '20,000 repeated fields', query: `{ me { ${'id '.repeat(20_000)} } }`, limit: 'tokens' },
  { name: '300,000 comments', query: `${'#\n'.repeat(300_000)}{ me { id } }`, limit: 'length' },
  { name: '32,000 comments', query: `${'#\n'.repeat(32_000)}{ me { id } }`, limit: 'tokens' },
  { name: '32,000 comments at the end', query: `{ me { id } }${'\n#'.repeat(32_000)}`, limit: 'tokens' },
  { name: '1,000 repeated fields', query: `{ me { ${'id '.repeat(1000)} } }`, limit: 'overlaps' },
  {
    name: '300 fragments at one place',
    query: `{ me { ${Array.from({ length: 300 }, (_, each) => `...f${each}`).join(' ')} } } ${Array.from({ length: 300 }, (_, each) => `fragment f${each} on Account { id }`).join(' ')}`,
    limit: 'overlaps',
  },
  {
    name: 'a deep chain',
    query: `{ me { id } deep: appointment(id: "apt_1") ${'{ consultation { appointment '.repeat(15)} { id } ${'} }'.repeat(15)} }`,
    limit: 'depth',
  },
  {
    name: '500 operations over one fragment',
    query: wideFragment(500, (each) => `query q${each}{...g}`),
    limit: 'operations',
  },
  {
    name: '400 fragments over one fragment',
    query: wideFragment(400, (each) => `fragment f${each} on Query{...g}`),
    limit: 'expanded',
  },
  { name: 'brackets without end', query: '{ a(b: '.padEnd(3000, '['), limit: 'brackets' },
  {
    name: 'directives without end',
    query: `{ me { id ${'@include(if: true) '.repeat(300)} } }`,
    limit: 'directives',
  },
];
