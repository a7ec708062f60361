import { data } from './client.ts';

interface Page<T> {
  readonly edges: readonly { readonly node: T }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** All of a connection, however much other tests have put there. @param query takes `$after`, asks for `pageInfo` */
export async function allNodes<T>(query: string, variables: object, token: string): Promise<T[]> {
  const nodes: T[] = [];
  let after: string | null = null;
  do {
    const [page] = Object.values(await data(query, { ...variables, after }, { token })) as [Page<T>];
    nodes.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return nodes;
}
