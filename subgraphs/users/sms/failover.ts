import { type Breaker, breakerFor } from '../../../shared/breaker/breaker.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { SmsAnswer, SmsProvider, SmsSender } from './sms-sender.ts';

/** How long a provider that failed five times in a row is left alone. */
const PAUSE_MS = { first: 5000, longest: 60_000 };
/** A provider does not tell how long; its shortest limit, and ours, is a minute. */
const WAIT_S = 60;

class ProviderFailed extends Error {
  readonly answer: SmsAnswer;

  constructor(answer: SmsAnswer) {
    super(answer.outcome);
    this.answer = answer;
  }
}

const LEFT_ALONE: SmsAnswer = { outcome: 'REFUSED', because: 'PROVIDER', code: 'LEFT_ALONE' };

/**
 * Asks providers one after the other, each once, until one takes the message. What is wrong with the number ends it:
 * another provider would send to nobody, or get around a limit that protects its owner. Where nobody can tell whether
 * a provider sent the message, the next one sends it too: the same code twice does no harm, none locks a person out.
 */
export class FailoverSmsSender implements SmsSender {
  readonly #providers: readonly { readonly provider: SmsProvider; readonly breaker: Breaker }[];

  constructor(providers: readonly SmsProvider[]) {
    this.#providers = providers.map((provider) => ({
      provider,
      breaker: breakerFor(provider.name, {
        refusal: () => new ProviderFailed(LEFT_ALONE),
        pauseMs: PAUSE_MS,
      }),
    }));
  }

  async sendLoginCode(phone: string, code: string): Promise<void> {
    let mayBeSent = false;
    for (const { provider, breaker } of this.#providers) {
      const answer = await askOnce(provider, breaker, phone, code);
      if (answer.outcome === 'ACCEPTED') return;
      logger().warn({ provider: provider.name, ...answer }, 'login code not taken');
      if (answer.outcome === 'UNKNOWN') mayBeSent = true;
      else if (answer.because !== 'PROVIDER' && !mayBeSent) throw numberAtFault(answer.because);
      else if (answer.because !== 'PROVIDER') break;
    }
    if (!mayBeSent) throw new AppError('SMS_FAILED');
  }
}

async function askOnce(
  provider: SmsProvider,
  breaker: Breaker,
  phone: string,
  code: string,
): Promise<SmsAnswer> {
  try {
    return await breaker.run(async () => {
      const answer = await provider.send(phone, code);
      const isOurFault = answer.outcome === 'REFUSED' && answer.because !== 'PROVIDER';
      // To the breaker a provider works that refuses a number.
      if (answer.outcome !== 'ACCEPTED' && !isOurFault) throw new ProviderFailed(answer);
      return answer;
    });
  } catch (error) {
    if (error instanceof ProviderFailed) return error.answer;
    throw error;
  }
}

function numberAtFault(because: 'NUMBER_INVALID' | 'NUMBER_TOO_OFTEN'): AppError {
  return because === 'NUMBER_INVALID'
    ? new AppError('BAD_PHONE')
    : new AppError('SMS_TOO_OFTEN', { seconds: WAIT_S });
}
