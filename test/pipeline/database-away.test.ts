import { Client } from 'pg';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';

/** As many as a stage that fails has. */
const MANY_ATTEMPTS = 5;

describe('a job whose database goes away in the middle of a stage', () => {
  let company: Company;
  let calls = 0;
  let release: () => void = () => undefined;
  let fails = false;

  beforeAll(async () => {
    const slow = new Promise<void>((resolve) => (release = resolve));
    const onCall = ({ operation }: { operation: string }): Promise<void> | undefined => {
      if (operation !== 'stitch') return undefined;
      calls += 1;
      if (!fails) return slow;
      fails = false;
      throw new Error('a fault that passes');
    };
    company = await startCompany(createTrivialFamily({ scenes: () => 1, onCall }));
  });
  afterAll(async () => company.close());

  it('goes on when it is back, and the time without it counts as no attempt at the work', async () => {
    const job = await company.submit(output(await company.avatar()));
    await eventually('the stage runs', async () => calls > 0);
    await allowConnections(company, false);
    release();
    await eventually('the stage was tried again and again', async () => (await attemptsOf(company, job)) >= MANY_ATTEMPTS);
    fails = true;
    await allowConnections(company, true);
    expect(await company.ended(job)).toMatchObject({ status: 'completed' });
    expect(fails).toBe(false);
  });
});

async function attemptsOf(company: Company, job: string): Promise<number> {
  const { raw } = await company.orchestra.handle(job).describe();
  return Math.max(0, ...(raw.pendingActivities ?? []).map(({ attempt }) => attempt ?? 0));
}

/** As a server that is restarted: whoever is connected is thrown out, and nobody gets in. */
async function allowConnections(company: Company, allowed: boolean): Promise<void> {
  const url = new URL(company.orchestra.databaseUrl);
  const database = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`alter database ${database} allow_connections ${allowed}`);
  if (!allowed) await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
  await admin.end();
}
