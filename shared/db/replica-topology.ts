/**
 * Which replicas there are. It is asked all the time, so that replicas may come and go while a process runs; today
 * the answer is a list of the configuration, and servers or the members of a group can be asked in its place.
 */
export interface ReplicaTopology {
  /** Their addresses, `mysql://host:port`. */
  replicas(): Promise<readonly string[]>;
}

export function fixedTopology(urls: readonly string[]): ReplicaTopology {
  return { replicas: () => Promise.resolve(urls) };
}
