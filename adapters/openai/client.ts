import { createProviderHttp, type ProviderHttp } from '../http/provider-http';
import type { Finishing } from '../capabilities/finishing';
import type { FamilySettings } from '../provider-family';
import { judgeOpenai } from './faults';
import { openaiTariff, type OpenaiTariff } from './tariff';

export const OPENAI = 'openai';

/** What every adapter of this family works with. */
export interface OpenaiTools {
  http: ProviderHttp;
  finishing: Finishing;
  tariff: OpenaiTariff;
}

/** @throws Error when the tariff file is not as it has to be */
export function openaiTools({ account, finishing, now }: FamilySettings): OpenaiTools {
  const http = createProviderHttp({
    family: OPENAI,
    origin: 'https://api.openai.com/v1',
    account,
    authorize: (key) => ({ authorization: `Bearer ${key}` }),
    judge: judgeOpenai,
    now,
  });
  return { http, finishing, tariff: openaiTariff(account.tariff_file) };
}
