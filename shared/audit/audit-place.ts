export interface AuditPlace {
  readonly schema: string;
  /** 32 bytes in hexadecimal, kept apart from the database. */
  readonly key: string;
  readonly subgraph: string;
}

/** Where the head stands outside the database, so that a cut tail is missed. */
export const headKey = (subgraph: string) => `{yey:audit:${subgraph}}:head`;

/** Heads that the chain in the database had once and has no more: kept until somebody has found out why. */
export const lostHeadsKey = (subgraph: string) => `{yey:audit:${subgraph}}:lost`;

/** The topic that wakes the sealer of a subgraph. */
export const sealTopic = (subgraph: string) => `audit:${subgraph}`;
