import { ELEVENLABS_FAMILY } from '../../../adapters/elevenlabs/family';
import { createFalFamily } from '../../../adapters/fal/family';
import { OPENAI_FAMILY } from '../../../adapters/openai/family';
import type { Finishing } from '../../../adapters/capabilities/finishing';
import { Secret } from '../../../contracts/secret';

describe('a family says what can be asked about by the provider’s id', () => {
  it.each([
    { name: 'elevenlabs', family: ELEVENLABS_FAMILY },
    { name: 'fal', family: createFalFamily() },
    { name: 'openai', family: OPENAI_FAMILY },
  ])('as its adapters do it: $name', async ({ family }) => {
    const account = { api_key: new Secret('key'), base_url: 'http://127.0.0.1:1', max_in_flight: null, requests_per_minute: null, tariff_file: null };
    const { adapters, desk } = await family.load({ account, finishing: {} as Finishing, now: () => new Date() });
    const asked = Object.values(adapters).filter(({ traits }) => traits.call === 'job' || traits.dedupe === 'client_reference');
    expect([...family.adoptable].sort()).toEqual(asked.map(({ capability }) => capability).sort());
    expect(desk.poll !== undefined).toBe(family.adoptable.length > 0);
  });
});
