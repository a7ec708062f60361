/** Sends text messages. */
export interface SmsSender {
  /**
   * Hands a login code to the provider, once: sending is not idempotent.
   * @param phone E.164 @param code six digits @throws Error when the provider did not take it
   */
  sendLoginCode(phone: string, code: string): Promise<void>;
}
