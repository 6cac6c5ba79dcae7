import type { Finishing } from '../capabilities/finishing';
import { createProviderHttp, type ProviderHttp } from '../http/provider-http';
import type { FamilySettings } from '../provider-family';
import { judgeElevenlabs } from './faults';
import { elevenlabsTariff, type ElevenlabsTariff } from './tariff';

export const ELEVENLABS = 'elevenlabs';

/** What every adapter of this family works with. */
export interface ElevenlabsTools {
  http: ProviderHttp;
  finishing: Finishing;
  tariff: ElevenlabsTariff;
}

/** @throws Error when the tariff file is not as it has to be */
export function elevenlabsTools({ account, finishing, now }: FamilySettings): ElevenlabsTools {
  const http = createProviderHttp({
    family: ELEVENLABS,
    origin: 'https://api.elevenlabs.io',
    account,
    authorize: (key) => ({ 'xi-api-key': key }),
    judge: judgeElevenlabs,
    now,
  });
  return { http, finishing, tariff: elevenlabsTariff(account.tariff_file) };
}
