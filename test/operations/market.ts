import type { Adapters } from '../../activities/deps';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse } from './counting-house';

type Options = NonNullable<Parameters<typeof startCompany>[1]>;

/** A company whose work is bought from whichever family the case has chosen: one product for all cases of a file. */
export interface Market extends Company {
  /** From now on; until the first choice, a house of its own. */
  buyFrom(family: Adapters): void;
  /** Waits until an operator is asked about a submit; what is asked. */
  unknownGate(jobId: string): Promise<{ gate: string; stage: string; scenes: number[] }>;
  /** Settles speech of scene 1, or what `body` names, as an operator. */
  resolve(jobId: string, body: object): ReturnType<Company['http']['post']>;
  /** Resumes a job from its speech; the new job's id. */
  resume(jobId: string): Promise<string>;
}

export async function openMarket(options: Options = {}): Promise<Market> {
  let family = familyBuyingAt(openHouse());
  const chosen = new Proxy({} as Adapters, { get: (_, name) => Reflect.get(family, name) });
  const company = await startCompany(chosen, options);
  const { http, submit } = company;
  return {
    ...company,
    buyFrom: (next) => (family = next),
    unknownGate: (jobId) =>
      eventually('an operator is asked', async () => (await http.get(`/v1/jobs/${jobId}`)).body.awaiting.find((gate: { gate: string }) => gate.gate === 'submit_unknown')),
    resolve: (jobId, body) => http.post(`/v1/jobs/${jobId}/resolve`, { stage: 'speech', scene: 1, ...body }, { role: 'operator' }),
    resume: (jobId) => submit({ idempotency_key: `again-${jobId}`, from_stage: 'speech', scope: 'downstream' }, `/v1/jobs/${jobId}/retry`),
  };
}
