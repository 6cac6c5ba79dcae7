import { createFalFamily } from '../../adapters/fal/family';
import type { Finishing } from '../../adapters/capabilities/finishing';
import type { CapabilityName, WorkContext } from '../../adapters/capabilities/adapter';
import type { CapabilityAdapters, ProviderAccount } from '../../adapters/provider-family';
import { Secret } from '../../contracts/secret';
import { assetOf, captureOperation } from './capture';
import type { PaidRow } from './paid-row';

const SIZE = { width: 1280, height: 720 };
const SCENE = { size: SIZE, fps: 25, duration_ms: 4_200, seed: 7, scene: 2 };
const POSE = { name: 'neutral', intensity: 1 } as const;

function accountAt(base_url: string, most?: ProviderAccount['most']): ProviderAccount {
  return { api_key: new Secret('conformance-key'), base_url, max_in_flight: null, requests_per_minute: null, tariff_file: null, ...(most && { most }) };
}

/** Only the first frame is asked for before the purchase; that it is a real one is shown in test/adapters/fal. */
const finishing = { firstFrame: () => Promise.resolve(assetOf('frame', 'image/jpeg')) } as unknown as Finishing;

const family = createFalFamily();

function rowOf(capability: CapabilityName, perform: (adapters: CapabilityAdapters, context: WorkContext) => Promise<unknown>, mark: [number, string]): PaidRow {
  return {
    capability,
    name: capability.replace('_', ' '),
    routes: { submit: 'submit', status: 'status', result: 'result', file: 'file' },
    operation: async (url, most) => {
      const { adapters } = await family.load({ account: accountAt(url, most), finishing, now: () => new Date() });
      return captureOperation((context) => perform(adapters as CapabilityAdapters, context));
    },
    expectFiles: (files) => expect(Object.values(files).map((bytes) => bytes.toString('latin1').startsWith(mark[1], mark[0]))).toEqual([true]),
    codes: [
      { name: 'an account without balance', on: 'submit', status: 403, body: { detail: 'User is locked. Reason: Exhausted balance. Top up your balance at the dashboard.' }, kind: 'quota_exhausted' },
      { name: 'an account that was locked', on: 'submit', status: 403, body: { detail: 'User is locked. Reason: Admin lock. Please contact us.' }, kind: 'auth' },
      { name: 'a missing field', on: 'submit', status: 422, body: { detail: [{ type: 'missing', loc: ['body', 'video_url'], msg: 'Field required' }] }, kind: 'bad_input' },
      { name: 'refused content', on: 'result', status: 422, body: { detail: [{ type: 'content_policy_violation', loc: ['body'], msg: 'flagged' }] }, kind: 'content_rejected' },
      { name: 'an input that failed', on: 'result', status: 422, body: { detail: [{ type: 'image_load_error', loc: ['body'], msg: 'no' }] }, kind: 'bad_input' },
      { name: 'a model that failed', on: 'result', status: 500, body: { detail: [{ type: 'internal_server_error', loc: ['body'], msg: 'no' }] }, kind: 'bad_output' },
      { name: 'a model that took too long', on: 'result', status: 504, body: { detail: [{ type: 'generation_timeout', loc: ['body'], msg: 'no' }] }, kind: 'bad_output' },
    ],
    receive: (report, url) => family.receive?.({ ...report, operation_key: 'op_conformance', now: new Date() }, accountAt(url)) ?? Promise.resolve(null),
  };
}

const MP4: [number, string] = [4, 'ftyp'];
const clip = assetOf('clip', 'video/mp4');

export const FAL_ROWS: PaidRow[] = [
  rowOf('video', ({ video }, context) => {
    const assets = { plate: assetOf('plate', 'image/png'), mesh: assetOf('mesh', 'application/json'), background: assetOf('background', 'image/jpeg') };
    return video.perform({ ...SCENE, ...assets, light: { tint: [1, 1, 1], level: 0.5, direction: 'front' }, framing: 'medium', pose: POSE, note: null }, context);
  }, MP4),
  rowOf('lip_sync', ({ lip_sync }, context) => {
    const { size: _, ...scene } = SCENE;
    return lip_sync.perform({ ...scene, timing: assetOf('timing', 'application/json'), audio: assetOf('audio', 'audio/wav'), layers: null, clip, pose_track: null, pose: POSE }, context);
  }, MP4),
  rowOf('enhance', ({ enhance }, context) => {
    const { seed: _, scene: _scene, ...target } = SCENE;
    return enhance.perform({ ...target, layers: null, track: null, clip, cutaways: [], burn: null, watermark: null }, context);
  }, MP4),
  rowOf('background', ({ background }, context) => {
    const visual = { background: { prompt: 'a bright office', asset: null }, place: 'office', time_of_day: 'day', mood: 'calm' } as const;
    return background.perform({ visual, size: SIZE, note: null, seed: 7, scene: 2 }, context);
  }, [0, '\xff\xd8\xff']),
];
