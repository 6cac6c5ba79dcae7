import { callOf, faultOf } from './drive';
import { cloneAt, ELEVENLABS_ROWS } from './elevenlabs-rows';
import { startFaultServer, type FaultServer } from './fault-server';
import { describePaid } from './paid-suite';
import { fault } from './server/faults';

describe.each(ELEVENLABS_ROWS)('ElevenLabs $name', (row) => describePaid(row));

describe('an ElevenLabs voice of unknown fate', () => {
  let server: FaultServer;
  beforeAll(async () => (server = await startFaultServer()));
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  it('is found by its label when it was made, and adopted', async () => {
    const { request, ...operation } = await cloneAt(server.url);
    server.script.push(fault.parse({ route: 'add_voice', act: 'reset', accepted: true }));
    expect((await faultOf(operation.submit(request, callOf()))).kind).toBe('submit_unknown');
    const job = await operation.find?.(request, callOf());
    expect(job).toEqual({ id: server.creates[0]?.id });
    expect(await operation.poll?.(job!, request, callOf())).toMatchObject({ kind: 'succeeded', outcome: { meta: { voice_id: job?.id } } });
    expect(await operation.cancel?.(job!, request, callOf())).toBe('cancelled');
    expect(await operation.find?.(request, callOf())).toBeNull();
    expect(server.creates).toHaveLength(1);
  });

  it('is not found when it never arrived', async () => {
    const { request, ...operation } = await cloneAt(server.url);
    server.script.push(fault.parse({ route: 'add_voice', act: 'reset' }));
    expect((await faultOf(operation.submit(request, callOf()))).kind).toBe('submit_unknown');
    expect(await operation.find?.(request, callOf())).toBeNull();
    expect(server.creates).toHaveLength(0);
  });
});
