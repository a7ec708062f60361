/** Sends text messages. */
export interface SmsSender {
  /**
   * Sends a login code. It returns when the message is on its way, or may be: then nobody can tell, and the code must
   * stay valid for whom it reaches.
   * @param phone E.164 @param code six digits
   * @throws AppError BAD_PHONE or SMS_TOO_OFTEN when the number is at fault, SMS_FAILED when nobody took the message
   */
  sendLoginCode(phone: string, code: string): Promise<void>;
}

/** What a provider said to a message. `code` is the provider's own word, fit for a log. */
export type SmsAnswer =
  | { readonly outcome: 'ACCEPTED' }
  /** Certainly not sent: `PROVIDER` is what another provider may do better, the others lie with the number. */
  | { readonly outcome: 'REFUSED'; readonly because: RefusalReason; readonly code: string }
  /** It went out and no answer came: sent or not, nobody knows. */
  | { readonly outcome: 'UNKNOWN'; readonly code: string };

export type RefusalReason = 'PROVIDER' | 'NUMBER_INVALID' | 'NUMBER_TOO_OFTEN';

/** A company that sends text messages. */
export interface SmsProvider {
  readonly name: string;
  /**
   * Hands a login code over once; sending is not idempotent, so it never tries again by itself. It answers instead of
   * throwing: errors of SDKs quote the request, with the number and the code in it.
   */
  send(phone: string, code: string): Promise<SmsAnswer>;
}

/** A provider's word for what happened, or a stand-in when it could be anything. */
export function providerCode(text: unknown): string {
  return typeof text === 'string' && /^[A-Za-z][\w.]{0,99}$/.test(text) ? text : 'UNREADABLE';
}

/** Whether a message cannot have left, by what the system says of the connection. */
export function neverLeft(text: string): boolean {
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ConnectTimeout|CERT_/.test(text);
}
