/** Where users tell routers which sessions were ended, `?since=<ms since 1970>`: `{"ended": ["ses_…"]}`. */
export const ENDED_SESSIONS_PATH = '/ended-sessions';
