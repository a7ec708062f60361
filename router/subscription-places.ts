import { Tally } from '../shared/http/tally.ts';

/** Gives a place back; called again, it does nothing. */
export type Release = () => void;

/** How many subscriptions a socket, and all sockets of an account, may have at once. */
export class SubscriptionPlaces {
  readonly #perSocket: number;
  readonly #perAccount: number;
  readonly #accounts = new Tally();

  constructor(perSocket: number, perAccount: number) {
    this.#perSocket = perSocket;
    this.#perAccount = perAccount;
  }

  /** @param held the places of the socket, all given back when it closes. @returns undefined when there is no place */
  take(held: Set<Release>, accountId: string | undefined): Release | undefined {
    if (held.size >= this.#perSocket) return undefined;
    if (accountId !== undefined && !this.#accounts.take(accountId, this.#perAccount)) return undefined;
    const release = () => {
      if (held.delete(release) && accountId !== undefined) this.#accounts.give(accountId);
    };
    held.add(release);
    return release;
  }
}
