import { describe, expect, it } from 'vitest';
import { isLocalName } from './local-name.js';

describe('isLocalName', () => {
  it.each([
    undefined,
    'localhost',
    'localhost:8000',
    'LOCALHOST',
    'app:8000',
    '127.0.0.1:8000',
    '[::1]:8000',
    '[::1]',
    '192.168.1.5',
    'api.localhost:8000',
  ])('takes %s', (host) => {
    expect(isLocalName(host)).toBe(true);
  });

  it.each(['evil.example', 'evil.example:8000', '127.0.0.1.evil.example', 'localhost.', 'a.b:1:2'])(
    'does not take %s',
    (host) => {
      expect(isLocalName(host)).toBe(false);
    },
  );
});
