import type { FastifyReply } from 'fastify';
import { AppError } from '../shared/errors/app-error.ts';
import { Tally } from '../shared/http/tally.ts';
import type { ConnectionConfig } from './connections-config.ts';

type Limits = Pick<
  ConnectionConfig,
  'MAX_TRANSFERS_PER_ACCOUNT' | 'TRANSFER_GRACE_MS' | 'TRANSFER_MIN_BYTES_PER_S'
>;

/** How many files one caller transfers at once, and how long each may take: connections to their keepers are few. */
export class Transfers {
  readonly #limits: Limits;
  readonly #underWay = new Tally();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Counts a transfer until its answer has ended. @throws AppError TOO_MANY_TRANSFERS */
  begin(caller: string, reply: FastifyReply): void {
    const limit = this.#limits.MAX_TRANSFERS_PER_ACCOUNT;
    if (!this.#underWay.take(caller, limit)) throw new AppError('TOO_MANY_TRANSFERS', { limit });
    // Whoever has left meanwhile was told of before, and would count for ever.
    if (reply.raw.destroyed) this.#underWay.give(caller);
    else reply.raw.once('close', () => this.#underWay.give(caller));
  }

  /** How long a file of so many bytes may take, ms: the other end can read, or send, as slowly as it likes. */
  timeFor(bytes: number): number {
    const { TRANSFER_GRACE_MS: grace, TRANSFER_MIN_BYTES_PER_S: least } = this.#limits;
    return grace + Math.ceil((bytes / least) * 1000);
  }
}
