export interface CatalogueEntry {
  /** Message for a person, `{name}` stands for a parameter. */
  readonly en: string;
  readonly zh: string;
  /** Whether the same call may succeed when it is simply made again. */
  readonly retryable: boolean;
}

/** Of what stays wrong however often the call is made. */
export const once = (en: string, zh: string): CatalogueEntry => ({ en, zh, retryable: false });
/** Of what may come right by itself. */
export const again = (en: string, zh: string): CatalogueEntry => ({ en, zh, retryable: true });
