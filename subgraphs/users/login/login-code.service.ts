import { randomInt } from 'node:crypto';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { SmsSender } from '../sms/sms-sender.ts';
import { LoginCode } from './login-code.entity.ts';

const VALID_MS = 5 * 60_000;
const RESEND_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PER_HOUR = 5;
const PER_DAY = 10;
const WRONG_TRIES = 5;

export interface SentCode {
  readonly validUntil: Date;
  readonly resendAfter: Date;
}

/** Login codes by SMS: six digits, five minutes, one use, limited by number. */
export class LoginCodeService {
  readonly #db: Db;
  readonly #index: BlindIndex;
  readonly #sender: SmsSender;
  readonly #now: () => Date;

  constructor(db: Db, index: BlindIndex, sender: SmsSender, now: () => Date) {
    this.#db = db;
    this.#index = index;
    this.#sender = sender;
    this.#now = now;
  }

  /**
   * Makes a new code, which replaces an older one, and sends it. The answer is the same for a number without account.
   * @param phone E.164
   * @throws AppError SMS_TOO_OFTEN, SMS_FAILED; BAD_PHONE when the provider knows that there is no such number
   */
  async send(phone: string): Promise<SentCode> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const phoneIndex = this.#index.of(phone);
    const now = this.#now();
    await this.#db.transaction(async (tx) => {
      const row = count(await lock(tx, phoneIndex), now);
      Object.assign(row, { codeHash: this.#hash(phoneIndex, code), wrongTries: 0, sentAt: now });
      await tx.manager.save(LoginCode, row);
    });
    try {
      await this.#sender.sendLoginCode(phone, code);
    } catch (error) {
      // Only ours are known to quote neither the number nor the code.
      const known = error instanceof AppError ? error : new AppError('SMS_FAILED');
      logger().warn({ code: known.code }, 'login code not sent');
      await this.#takeBack(phoneIndex);
      throw known;
    }
    return { validUntil: later(now, VALID_MS), resendAfter: later(now, RESEND_MS) };
  }

  /**
   * Uses up the code of a phone, within the caller's transaction. A wrong try counts, so the transaction must be
   * committed after `false` as well.
   */
  async redeem(tx: Tx, phone: string, code: string): Promise<boolean> {
    const phoneIndex = this.#index.of(phone);
    const row = await find(tx, phoneIndex);
    if (row === null || row.codeHash === null || row.sentAt === null) return false;
    const isValid = this.#now().getTime() < row.sentAt.getTime() + VALID_MS;
    const isRight = isValid && row.codeHash === this.#hash(phoneIndex, code);
    const wrongTries = isRight ? 0 : row.wrongTries + 1;
    const isSpent = isRight || !isValid || wrongTries >= WRONG_TRIES;
    await tx.manager.update(LoginCode, { phoneIndex }, { wrongTries, ...(isSpent && { codeHash: null }) });
    return isRight;
  }

  /** A message that was not sent neither counts nor makes its owner wait. */
  async #takeBack(phoneIndex: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const row = await lock(tx, phoneIndex);
      const sentInHour = Math.max(0, row.sentInHour - 1);
      const sentInDay = Math.max(0, row.sentInDay - 1);
      await tx.manager.update(
        LoginCode,
        { phoneIndex },
        { codeHash: null, sentAt: null, sentInHour, sentInDay },
      );
    });
  }

  #hash(phoneIndex: string, code: string): string {
    return this.#index.of(`${phoneIndex}:${code}`);
  }
}

/** The row of a phone, held: two requests at once are one after the other. */
async function find({ manager }: Tx, phoneIndex: string): Promise<LoginCode | null> {
  return manager.findOne(LoginCode, { where: { phoneIndex }, lock: { mode: 'pessimistic_write' } });
}

/** The same, made when it is the first time. */
async function lock(tx: Tx, phoneIndex: string): Promise<LoginCode> {
  const known = await find(tx, phoneIndex);
  if (known) return known;
  // INSERT IGNORE would lock a row that is there for sharing only, and two of those wait for each other.
  await tx.manager.query(
    'INSERT INTO login_code (phone_index) VALUES (?) ON DUPLICATE KEY UPDATE phone_index = VALUES(phone_index)',
    [phoneIndex],
  );
  return tx.manager.findOneByOrFail(LoginCode, { phoneIndex });
}

/** Counts one more message. @throws AppError SMS_TOO_OFTEN */
function count(row: LoginCode, now: Date): LoginCode {
  const isOver = (began: Date | null, length: number) =>
    began === null || now.getTime() >= began.getTime() + length;
  if (isOver(row.hourBeganAt, HOUR_MS)) Object.assign(row, { hourBeganAt: now, sentInHour: 0 });
  if (isOver(row.dayBeganAt, DAY_MS)) Object.assign(row, { dayBeganAt: now, sentInDay: 0 });
  if (!isOver(row.sentAt, RESEND_MS)) throw tooOften(row.sentAt, RESEND_MS, now);
  if (row.sentInDay >= PER_DAY) throw tooOften(row.dayBeganAt, DAY_MS, now);
  if (row.sentInHour >= PER_HOUR) throw tooOften(row.hourBeganAt, HOUR_MS, now);
  row.sentInHour += 1;
  row.sentInDay += 1;
  return row;
}

function tooOften(began: Date | null, length: number, now: Date): AppError {
  const seconds = Math.ceil(((began?.getTime() ?? 0) + length - now.getTime()) / 1000);
  return new AppError('SMS_TOO_OFTEN', { seconds });
}

function later(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}
