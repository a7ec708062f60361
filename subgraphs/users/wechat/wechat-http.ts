import { ExponentialBackoff, handleType, retry } from 'cockatiel';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { WechatBusy, wechatError } from './wechat-errors.ts';

const DEADLINE_MS = 5000;
const RETRIES = 3;

const answer = z.looseObject({ errcode: z.number().optional() });

interface WechatCall {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: object;
  readonly isByAppToken?: boolean;
}

/** The calls to WeChat's servers, which tell every error with status 200. */
export class WechatHttp {
  readonly #base: string;
  readonly #patience;

  /** @param pauseMs before the first retry of a call that met a busy server; then it doubles */
  constructor(base: string, pauseMs = 100) {
    this.#base = base.replace(/\/$/, '');
    this.#patience = retry(handleType(WechatBusy), {
      maxAttempts: RETRIES,
      backoff: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: pauseMs * 8 }),
    });
  }

  /**
   * The answer to a call, in the form that is expected. Only a busy server is asked again: after a lost answer a code
   * may be used.
   * @throws AppError as `wechatError` has it; AppTokenRefused
   */
  async call<T extends z.ZodType>(call: WechatCall, form: T): Promise<z.output<T>> {
    try {
      return await this.#patience.execute(() => this.#once(call, form));
    } catch (error) {
      if (error instanceof WechatBusy) throw new AppError('WECHAT_UNAVAILABLE', {}, { cause: error });
      throw error;
    }
  }

  async #once<T extends z.ZodType>(call: WechatCall, form: T): Promise<z.output<T>> {
    const { path, isByAppToken = false } = call;
    const given = await this.#fetch(call).catch((error: unknown) => {
      logger().warn({ path, err: error }, 'WeChat did not answer');
      throw new AppError('WECHAT_UNAVAILABLE', {}, { cause: error });
    });
    const errcode = answer.safeParse(given).data?.errcode ?? 0;
    if (errcode !== 0) throw wechatError(path, errcode, isByAppToken);
    const parsed = form.safeParse(given);
    if (parsed.success) return parsed.data;
    logger().error({ path }, 'WeChat answered in an unknown form');
    throw new AppError('WECHAT_UNAVAILABLE');
  }

  async #fetch({ path, query, body }: WechatCall): Promise<unknown> {
    const response = await fetch(`${this.#base}${path}?${new URLSearchParams(query).toString()}`, {
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    // The type of some answers is text/plain.
    const text = await response.text();
    if (!response.ok) throw new Error(`WeChat answered with status ${response.status}`);
    return JSON.parse(text);
  }
}
