import { escaped, objectOf, page, Refusal } from './http.mjs';

const KEEP = 200;

/** The inbox in the place of people's phones. @returns {import('./http.mjs').Route[]} */
export function smsRoutes() {
  /** @type {{at: string, phone: string, text: string}[]} */
  const messages = [];
  const rows = () =>
    messages.map(({ at, phone, text }) => `<tr><td>${at}<td>${escaped(phone)}<td>${escaped(text)}`).join('');
  const nothing = '<p>Nothing yet: ask for a login code.</p>';
  return [
    [
      'POST',
      /^\/sms$/,
      ({ body }) => {
        const { phone, text } = objectOf(body);
        if (typeof phone !== 'string' || typeof text !== 'string') throw new Refusal(400, 'phone and text');
        messages.unshift({ at: new Date().toISOString(), phone, text });
        messages.length = Math.min(messages.length, KEEP);
        return {};
      },
    ],
    [
      'GET',
      /^\/sms\.json$/,
      ({ query }) => {
        const phone = query.get('phone');
        return { body: messages.filter((each) => phone === null || each.phone === phone) };
      },
    ],
    [
      'GET',
      /^\/$/,
      () =>
        page(
          'SMS inbox 短信',
          `${messages.length === 0 ? nothing : ''}<table>${rows()}</table>`,
          '<meta http-equiv="refresh" content="2">',
        ),
    ],
  ];
}
