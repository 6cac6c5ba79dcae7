import type { Adapters } from '../../activities/deps';
import type { Environment } from '../../config';
import { makeAvatar } from '../api/support/data';
import { clientOf } from '../api/support/client';
import { startApi, type TestApi } from '../api/support/start-api';
import { startTestTemporal } from '../setup/temporal';
import { eventually } from './eventually';
import { conduct, type Orchestra, type OrchestraOptions } from './orchestra';

/** API, workers, Temporal server and database: the whole product but its own processes, with a family of the test's choice. */
export interface Company {
  api: TestApi;
  orchestra: Orchestra;
  http: ReturnType<typeof clientOf>;
  /** An avatar to make films of. */
  avatar(): Promise<string>;
  /** Submits a body and returns the job's id. */
  submit(body: object, path?: string): Promise<string>;
  job(jobId: string): Promise<Record<string, never> & { status: string }>;
  ended(jobId: string): Promise<Record<string, never> & { status: string }>;
  close(): Promise<void>;
}

export async function startCompany(adapters: Adapters, options: OrchestraOptions & { environment?: Environment } = {}): Promise<Company> {
  const temporal = await startTestTemporal();
  const api = await startApi({ TEMPORAL_ADDRESS: temporal.address, ...options.environment });
  const orchestra = await conduct({ adapters, address: temporal.address, databaseUrl: api.databaseUrl, store: api.deps.store, ...options });
  const http = clientOf(() => api);
  const submit = async (body: object, path = '/v1/jobs'): Promise<string> => {
    const answer = await http.post(path, body);
    if (answer.status !== 202) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.job_id;
  };
  const job = async (jobId: string) => (await http.get(`/v1/jobs/${jobId}`)).body;
  const ended = (jobId: string) =>
    eventually(`job ${jobId} ended`, async () => {
      const { body } = await http.get(`/v1/jobs/${jobId}`);
      return ['completed', 'failed', 'cancelled'].includes(body.status) ? body : null;
    });
  const close = async (): Promise<void> => {
    await orchestra.close();
    await api.stop();
    await temporal.stop();
  };
  return { api, orchestra, http, avatar: () => makeAvatar(api), submit, job, ended, close };
}
