import { processClock } from '../clock/steady-clock.ts';
import { REFRESH_HEADER } from '../context/refresh-cookie.ts';
import { signCall, verifyCall } from './signing.ts';

const TIMESTAMP = 'x-yey-timestamp';
const SIGNATURE = 'x-yey-signature';

/** The headers by which users tell the router what to do with a browser's cookie, signed for this one request. */
export function signedAnswer(secret: string, requestId: string, answer: string): Record<string, string> {
  const timestamp = processClock.ms();
  const signature = signCall(secret, partsOf(requestId, answer, timestamp));
  return { [REFRESH_HEADER]: answer, [TIMESTAMP]: String(timestamp), [SIGNATURE]: signature };
}

/** What such headers say; undefined without them, or when they are not of this request or not by users. */
export function verifiedAnswer(
  secret: string,
  requestId: string,
  headers: Record<string, string | string[] | undefined>,
): string | undefined {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const answer = text(REFRESH_HEADER);
  const parts = partsOf(requestId, answer, Number(text(TIMESTAMP)));
  if (answer === '' || !verifyCall([secret], parts, text(SIGNATURE), processClock.ms())) return undefined;
  return answer;
}

function partsOf(requestId: string, refresh: string, timestamp: number) {
  const nobody = { authorization: '', traceparent: '', locale: '' };
  return { method: 'ANSWER', path: '/graphql', body: '', ...nobody, requestId, refresh, timestamp };
}
