import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { SecretUnusable, signatureHeaders } from '../../../adapters/callbacks/signature';

const now = (): number => Math.floor(Date.now() / 1_000);
const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

describe('the signature of a callback', () => {
  it('verifies in the public library, whatever the body', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.uint8Array({ minLength: 16, maxLength: 64 }), (body, key) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const headers = signatureHeaders({ id: 'ev_1', timestamp: now(), body }, [secret]);
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      }),
    );
  });

  it('verifies with both secrets of a rotation, the first signing first', () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const message = { id: 'ev_1', timestamp: now(), body: '{}' };
    const headers = signatureHeaders(message, [fresh, old]);
    expect(new Webhook(old).verify('{}', headers)).toEqual({});
    expect(new Webhook(fresh).verify('{}', headers)).toEqual({});
    expect(headers['webhook-signature']?.split(' ')[0]).toBe(signatureHeaders(message, [fresh])['webhook-signature']);
    expect(() => new Webhook(newSecret()).verify('{}', headers)).toThrow();
  });

  it('does not hold for another id, time or body', () => {
    const secret = newSecret();
    const headers = signatureHeaders({ id: 'ev_1', timestamp: now(), body: '{}' }, [secret]);
    const webhook = new Webhook(secret);
    expect(() => webhook.verify('{} ', headers)).toThrow();
    expect(() => webhook.verify('{}', { ...headers, 'webhook-id': 'ev_2' })).toThrow();
    expect(() => webhook.verify('{}', { ...headers, 'webhook-timestamp': String(now() - 1) })).toThrow();
  });

  it.each(['', 'whsec_', 'whsec_short', 'whsec_not base64 not base64 not base64', 'whsec_AAAA'])('is not made with the secret %j', (secret) => {
    expect(() => signatureHeaders({ id: 'ev_1', timestamp: 1, body: '{}' }, [secret])).toThrow(SecretUnusable);
  });
});
