import { newKey, output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { historyOf, resetPoints, resetTo } from '../support/reset';
import { createTrivialFamily } from '../support/trivial-family';

describe('an operator resets', () => {
  let company: Company;
  let avatarId: string;
  const calls: string[] = [];
  let held: string | null = null;
  let letGo: () => void = () => undefined;
  let gate: Promise<void> = Promise.resolve();

  function hold(operation: string): void {
    held = operation;
    gate = new Promise((resolve) => (letGo = resolve));
  }

  beforeAll(async () => {
    company = await startCompany(
      createTrivialFamily({
        scenes: () => 2,
        onCall: async ({ operation, scene, signal }) => {
          calls.push(scene === null ? operation : `${operation}/${scene}`);
          if (operation !== held) return;
          const aborted = new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' })), { once: true }));
          await Promise.race([gate, aborted]);
        },
      }),
    );
    avatarId = await company.avatar();
  });
  afterAll(async () => {
    letGo();
    await company.close();
  });
  beforeEach(() => {
    calls.length = 0;
    held = null;
  });

  const reached = (operation: string) => eventually(`${operation} runs`, () => Promise.resolve(calls.some((call) => call.startsWith(operation))));

  function release(): void {
    held = null;
    letGo();
  }

  async function retryOf(jobId: string, from_stage: string): Promise<string> {
    return company.submit({ contract: 'v3', job_type: 'output_retry', idempotency_key: newKey(), job_id: jobId, from_stage, scope: 'downstream' });
  }

  /** What was made more than once. `enhance` does not name its scene, and there are two. */
  function repeated(): string[] {
    const again = calls.filter((call, index) => call !== 'enhance' && calls.indexOf(call) !== index);
    return calls.filter((call) => call === 'enhance').length > 2 ? [...again, 'enhance'] : again;
  }

  it('a pipeline in mid-job: finished stages are taken over, none is made twice', async () => {
    hold('stitch');
    const jobId = await company.submit(output(avatarId));
    await reached('stitch');
    const points = resetPoints(await historyOf(company.orchestra.client, jobId));
    await resetTo(company.orchestra.client, jobId, points[1]!);
    release();
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed' });
    expect(repeated().filter((call) => call !== 'stitch')).toEqual([]);
  });

  it('a finished job to its very beginning: it ends again and nothing is made again', async () => {
    const jobId = await company.submit(output(avatarId));
    await company.ended(jobId);
    await company.orchestra.ended(jobId);
    const before = calls.length;
    const points = resetPoints(await historyOf(company.orchestra.client, jobId));
    await resetTo(company.orchestra.client, jobId, points[0]!);
    expect(await company.orchestra.ended(jobId)).toBe('completed');
    expect(calls.length).toBe(before);
  });

  it('the pipeline child of a retry while its parent waits', async () => {
    const first = await company.submit(output(avatarId));
    await company.ended(first);
    calls.length = 0;
    hold('stitch');
    const second = await retryOf(first, 'speech');
    await reached('stitch');
    const child = `${second}/pipeline`;
    const points = resetPoints(await historyOf(company.orchestra.client, child));
    await resetTo(company.orchestra.client, child, points[1] ?? points[0]!);
    release();
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    expect(await company.orchestra.ended(second)).toBe('completed');
    expect(repeated().filter((call) => call !== 'stitch')).toEqual([]);
  });

  it('a retry to before its running child: it finds the child again and ends with it', async () => {
    const first = await company.submit(output(avatarId));
    await company.ended(first);
    calls.length = 0;
    hold('stitch');
    const second = await retryOf(first, 'speech');
    await reached('stitch');
    const points = resetPoints(await historyOf(company.orchestra.client, second));
    await resetTo(company.orchestra.client, second, points[0]!);
    release();
    expect(await company.ended(second)).toMatchObject({ status: 'completed' });
    expect(await company.orchestra.ended(second)).toBe('completed');
    expect(repeated().filter((call) => call !== 'stitch')).toEqual([]);
  });

  /** A retry that waits at a gate, reset to before it started its child. */
  async function resetAtGate(): Promise<string> {
    const first = await company.submit(output(avatarId, { require_approval: ['storyboard'] }));
    await waitsAtGate(first);
    await company.http.post(`/v1/jobs/${first}/cancel`);
    await company.ended(first);
    const second = await retryOf(first, 'storyboard');
    await waitsAtGate(second);
    const points = resetPoints(await historyOf(company.orchestra.client, second));
    await resetTo(company.orchestra.client, second, points[0]!);
    return second;
  }

  const waitsAtGate = (jobId: string) =>
    eventually('the gate is open', async () => (await company.http.get(`/v1/jobs/${jobId}`)).body.status === 'waiting_for_approval');

  it('a retry to before its child that waits: a decision reaches that child', async () => {
    const jobId = await resetAtGate();
    const decision = { gate: 'storyboard', decision: 'approved', revision: 1, decided_by: 'rev@example.com', idempotency_key: newKey() };
    expect((await company.http.post(`/v1/jobs/${jobId}/approvals`, decision)).status).toBe(202);
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed' });
    expect(await company.orchestra.ended(jobId)).toBe('completed');
  });

  it.each([
    ['that it has found again', true],
    ['that it has not come to yet', false],
  ])('a retry to before its child that waits: a child %s is cancelled with it', async (_, found) => {
    const jobId = await resetAtGate();
    if (found) await eventually('the child is followed', async () => (await historyOf(company.orchestra.client, jobId)).some(({ activityType }) => activityType === 'follow_job'));
    await company.http.post(`/v1/jobs/${jobId}/cancel`);
    expect(await company.ended(jobId)).toMatchObject({ status: 'cancelled' });
    expect(await company.orchestra.ended(`${jobId}/pipeline`)).toBe('failed');
  });

  it('a retry whose child has ended: the child runs through its records and nothing is made again', async () => {
    const first = await company.submit(output(avatarId));
    await company.ended(first);
    const second = await retryOf(first, 'stitch');
    await company.ended(second);
    await company.orchestra.ended(second);
    const before = calls.length;
    const points = resetPoints(await historyOf(company.orchestra.client, second));
    await resetTo(company.orchestra.client, second, points[0]!);
    expect(await company.orchestra.ended(second)).toBe('completed');
    expect(calls.length).toBe(before);
  });
});
