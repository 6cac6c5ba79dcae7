import { Sweep } from '../../api/sweep';
import { newId } from '../../contracts/ids';
import { saveDecision } from '../../db/decisions';
import { requestCancel } from '../../db/jobs';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';

type Hold = ReturnType<typeof holdStitch>;

/** A family whose stitching waits until it is let go. */
function holdStitch() {
  let held = false;
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  const adapters = createTrivialFamily({ scenes: () => 1, onCall: ({ operation }) => (operation === 'stitch' ? ((held = true), slow) : undefined) });
  return { adapters, isHeld: () => held, release };
}

describe('a job that is cancelled while a stage takes its time to end', () => {
  let company: Company;
  let hold: Hold;

  beforeEach(async () => {
    hold = holdStitch();
    company = await startCompany(hold.adapters);
  });
  afterEach(async () => company.close());

  it('may be asked again and again: the repetition is no error, and it ends once', async () => {
    const job = await company.submit(output(await company.avatar()));
    await eventually('the stage runs', () => Promise.resolve(hold.isHeld()));
    const asked = await company.http.post(`/v1/jobs/${job}/cancel`);
    expect(asked).toMatchObject({ status: 202, body: { status: 'cancelling' } });
    const { launcher, pool } = company.api.deps;
    expect([await launcher.cancel(job), await launcher.cancel(job), await launcher.cancel(job)]).toEqual(['told', 'told', 'told']);
    expect(await company.http.post(`/v1/jobs/${job}/cancel`)).toMatchObject({ status: 202 });
    hold.release();
    expect(await company.ended(job)).toMatchObject({ status: 'cancelled' });
    const { rows } = await pool.query(`select count(*)::integer as ends from events where job_id = $1 and type = 'job.cancelled'`, [job]);
    expect(rows[0].ends).toBe(1);
    expect(['told', 'nobody']).toContain(await launcher.cancel(job));
  });

  /** As the API stores it, for a gate that was open a moment ago. */
  async function decideOn(job_id: string): Promise<void> {
    const key = newId('decision', new Date());
    await saveDecision(company.api.deps.pool, {
      decision_id: key, tenant: 'demo', job_id, idempotency_key: key, fingerprint: '', gate: 'storyboard', decision: 'approved', revision: 1,
      scenes: null, note: null, edits: null, decided_by: 'rev@example.com', now: new Date(), resumed_job_id: null,
    });
  }

  async function fatesOn(job: string): Promise<string[]> {
    const { body } = await company.http.get(`/v1/jobs/${job}/decisions`);
    return body.decisions.map((decision: { fate: string; settled_at: string | null }) => `${decision.fate} ${decision.settled_at === null ? 'unsettled' : 'settled'}`);
  }

  it('ends as cancelled also where its workflow has not heard of it when the next stage may not begin any more, and so do the decisions on it', async () => {
    const job = await company.submit(output(await company.avatar()));
    await eventually('the stage runs', () => Promise.resolve(hold.isHeld()));
    await requestCancel(company.api.deps.pool, job, new Date());
    await decideOn(job);
    hold.release();
    expect(await company.ended(job)).toMatchObject({ status: 'cancelled', error: null, result: { cancellation: expect.anything() } });
    const { rows } = await company.api.deps.pool.query('select type from events where job_id = $1 order by sequence desc limit 1', [job]);
    expect(rows).toEqual([{ type: 'job.cancelled' }]);
    expect(await fatesOn(job)).toEqual(['gate_not_open settled']);
    await decideOn(job);
    expect(await fatesOn(job)).toEqual(['gate_not_open settled', 'recorded unsettled']);
    await new Sweep({ ...company.api.deps, now: () => new Date(Date.now() + 86_400_000) }).once();
    expect(await fatesOn(job)).toEqual(['gate_not_open settled', 'gate_not_open settled']);
  });
});
