import { continueAs } from '../../../shared/context/request-context.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { SessionService, TokenPair } from '../session/session.service.ts';
import { phoneProof } from '../identity/proof.ts';
import type { LoginCodeService } from './login-code.service.ts';
import { registering } from './registering.ts';
import type { RegistrationService } from './registration.service.ts';

/** Logs people in by the code that their phone got; the first time makes their account. */
export class LoginService {
  readonly #db: Db;
  readonly #codes: LoginCodeService;
  readonly #sessions: SessionService;
  readonly #registration: RegistrationService;

  constructor(db: Db, codes: LoginCodeService, sessions: SessionService, registration: RegistrationService) {
    this.#db = db;
    this.#codes = codes;
    this.#sessions = sessions;
    this.#registration = registration;
  }

  /** @param phone E.164 @throws AppError LOGIN_CODE_WRONG */
  async logIn(phone: string, code: string): Promise<TokenPair> {
    const pair = await registering(this.#db, async (tx) => {
      if (!(await this.#codes.redeem(tx, phone, code))) return undefined;
      const identity = await this.#registration.identityOf(tx, phoneProof(phone));
      continueAs(identity.accountId);
      return this.#sessions.begin(tx, identity);
    });
    // Thrown outside, since the wrong try must be committed.
    if (pair === undefined) throw new AppError('LOGIN_CODE_WRONG');
    return pair;
  }
}
