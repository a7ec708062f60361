import { array, assert, constantFrom, nat, oneof, property, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { normalisePhone } from '../../shared/phone/phone.ts';
import { networkOf } from '../../shared/limits/network.ts';

const NUMBER = '13800000001';

function accepted(text: string): string | undefined {
  try {
    return normalisePhone(text);
  } catch {
    return undefined;
  }
}

const mobile = tuple(constantFrom('3', '4', '5', '6', '7', '8', '9'), nat(999_999_999)).map(
  ([second, rest]) => `1${second}${String(rest).padStart(9, '0')}`,
);

test('whatever is accepted is the one canonical number', () => {
  const text = oneof(
    string({ unit: 'binary' }),
    array(constantFrom(...Array.from('+086 1-1388５８٠\u200b\u2013\u00a0')), { maxLength: 18 }).map((all) =>
      all.join(''),
    ),
  );
  assert(
    property(text, (each) => {
      const phone = accepted(each);
      return phone === undefined || (/^\+861[3-9][0-9]{9}$/.test(phone) && accepted(phone) === phone);
    }),
  );
});

test('spaces, hyphens and the country code are no other number', () => {
  const filler = array(constantFrom('', ' ', '-'), { minLength: 11, maxLength: 11 });
  assert(
    property(mobile, constantFrom('', '+86', '0086', '+86 ', '0086-'), filler, (number, code, between) => {
      const typed =
        code +
        Array.from(number)
          .map((digit, at) => digit + (between[at] ?? ''))
          .join('');
      expect(normalisePhone(typed)).toBe(`+86${number}`);
    }),
  );
});

test('a digit of another script or width is refused, wherever it stands', () => {
  const zeros = [0xff10, 0x0660, 0x06f0, 0x0966, 0x0e50, 0x1d7ce, 0x1d7d8, 0x1fbf0, 0x2070, 0x2460];
  assert(
    property(mobile, nat(10), constantFrom(...zeros), (number, at, zero) => {
      const lookAlike = String.fromCodePoint(zero + Number(number[at]));
      expect(accepted(number.slice(0, at) + lookAlike + number.slice(at + 1))).toBeUndefined();
    }),
  );
});

test('nothing invisible and no other dash, plus or space gets in', () => {
  const strange = [
    ...Array.from('\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\u0000\u0007\t\n\r\v'),
    ...Array.from('\u00a0\u2003\u3000\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\uff0b\u0301\ufe0f'),
  ];
  assert(
    property(constantFrom(...strange), nat(11), (character, at) => {
      expect(accepted(NUMBER.slice(0, at) + character + NUMBER.slice(at))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ['', 'unknown'],
  ['999.1.1.1', 'unknown'],
])('%s is counted as %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
