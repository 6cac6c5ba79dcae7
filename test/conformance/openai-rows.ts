import path from 'node:path';
import { OPENAI_FAMILY } from '../../adapters/openai/family';
import { projectRoot } from '../../contracts/project-root';
import { assetOf } from './capture';
import { directCall, expectStart, sentence } from './direct-call';
import type { PaidRow } from './paid-row';

const openPhoto = () => Promise.resolve(path.join(projectRoot(), 'assets/portraits/astronaut.png'));

const refusal = (code: string, type = 'invalid_request_error') => ({ error: { message: 'canary', type, param: null, code } });
const CODES: PaidRow['codes'] = [
  { name: 'an empty account', on: 'submit', status: 429, body: refusal('insufficient_quota', 'insufficient_quota'), kind: 'quota_exhausted' },
  { name: 'a spent budget', on: 'submit', status: 400, body: refusal('billing_hard_limit_reached'), kind: 'quota_exhausted' },
  { name: 'too many requests', on: 'submit', status: 429, body: refusal('rate_limit_exceeded', 'requests'), kind: 'rate_limited' },
  { name: 'a busy engine', on: 'submit', status: 503, body: refusal('slow_down', 'server_error'), kind: 'capacity' },
  { name: 'blocked content', on: 'submit', status: 400, body: refusal('moderation_blocked', 'image_generation_user_error'), kind: 'content_rejected' },
  { name: 'a wrong key', on: 'submit', status: 401, body: refusal('invalid_api_key'), kind: 'auth' },
  { name: 'an unknown model', on: 'submit', status: 404, body: refusal('model_not_found'), kind: 'unsupported' },
];
const PNG = '\x89PNG';

export const OPENAI_ROWS: PaidRow[] = [
  {
    capability: 'speech',
    name: 'speech',
    routes: { submit: 'speech' },
    operation: (url) => directCall(OPENAI_FAMILY, { base_url: `${url}/v1` }, ({ speech }, context) => speech.perform(sentence('A canary sings.'), context)),
    expectFiles: (files) => expectStart(files, 'RIFF'),
    codes: CODES,
  },
  {
    capability: 'background',
    name: 'background',
    routes: { submit: 'image' },
    operation: (url) =>
      directCall(OPENAI_FAMILY, { base_url: `${url}/v1` }, ({ background }, context) => {
        const visual = { background: { prompt: 'a canary', asset: null }, place: 'office', time_of_day: 'day', mood: 'calm' } as const;
        return background.perform({ visual, size: { width: 1280, height: 720 }, note: null, seed: 7, scene: 2 }, context);
      }),
    expectFiles: (files) => expectStart(files, PNG),
    codes: CODES,
  },
  {
    capability: 'image',
    name: 'portrait',
    routes: { submit: 'image' },
    operation: (url) =>
      directCall(OPENAI_FAMILY, { base_url: `${url}/v1`, open: openPhoto }, ({ image }, context) =>
        image.neutralImage({ photo: assetOf('photo', 'image/png'), rotation: 0, seed: 7, style: null }, context)),
    expectFiles: (files) => expectStart(files, PNG),
    codes: CODES,
  },
  {
    capability: 'plan',
    name: 'storyboard',
    routes: { submit: 'plan' },
    operation: (url) =>
      directCall(OPENAI_FAMILY, { base_url: `${url}/v1` }, ({ plan }, context) =>
        plan.storyboard({ script: 'A canary sings. It flies.', mode: 'multi_scene', caller_scenes: null, background: null, revise: null, previous: null, seed: 7 }, context)),
    expectFiles: (files) => expectStart(files, '{"text":'),
    codes: CODES,
  },
];
