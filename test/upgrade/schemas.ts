/** The schemas of a whole platform: each subgraph has one, and one for what may only be added to. */
export const SCHEMAS: readonly string[] = ['users', 'care', 'pharmacy', 'stats'].flatMap((name) => [
  `yey_${name}`,
  `yey_${name}_audit`,
]);
