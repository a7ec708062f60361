import { createHash, randomBytes } from 'node:crypto';
import { logger } from '../../../shared/logging/logger.ts';
import { InsuranceAnswerLost } from './insurance-plugin.ts';
import { type AnswerEnvelope, answerEnvelope, type Envelope } from './national-envelope.ts';

const TIMEOUT_MS = 5000;

/** How envelopes travel; provinces differ in it, so it stands apart from what is in them. */
export interface NationalTransport {
  /** @throws InsuranceAnswerLost when no answer came, or none that is one */
  send(envelope: Envelope): Promise<AnswerEnvelope>;
}

/** HTTP POST with the transaction in the path and the four `x-tif-` headers. */
export class HttpTransport implements NationalTransport {
  readonly #url: string;
  readonly #paasId: string;
  readonly #secret: string;
  readonly #now: () => Date;

  /** @param url to which the number of the transaction is added. */
  constructor(access: { url: string; paasId: string; secret: string }, now: () => Date) {
    this.#url = access.url.replace(/\/$/, '');
    this.#paasId = access.paasId;
    this.#secret = access.secret;
    this.#now = now;
  }

  async send(envelope: Envelope): Promise<AnswerEnvelope> {
    const timestamp = String(Math.floor(this.#now().getTime() / 1000));
    const nonce = randomBytes(16).toString('hex');
    const signature = createHash('sha256')
      .update(timestamp + this.#secret + nonce + timestamp)
      .digest('hex');
    try {
      const response = await fetch(`${this.#url}/${envelope.infno}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-tif-paasid': this.#paasId,
          'x-tif-timestamp': timestamp,
          'x-tif-nonce': nonce,
          'x-tif-signature': signature,
        },
        body: JSON.stringify(envelope),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`the insurer answered ${response.status}`);
      }
      return answerEnvelope.parse(await response.json());
    } catch (error) {
      logger().warn({ err: error, infno: envelope.infno }, 'insurer call failed');
      throw new InsuranceAnswerLost(envelope.infno, { cause: error });
    }
  }
}
