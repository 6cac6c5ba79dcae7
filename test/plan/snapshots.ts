import type { AssetRef } from '../../contracts/media';
import type { CreationSnapshot, OutputSnapshot } from '../../contracts/snapshot';
import type { Mode } from '../../contracts/vocabulary';

const ASSET: AssetRef = { asset_id: 'as_00000000000000000000000000000001', sha256: '0'.repeat(64), content_type: 'image/png', bytes: 1 };

export function outputSnapshot(mode: Mode): OutputSnapshot {
  const identity = { neutral_image: ASSET, plate: ASSET, mesh: ASSET, character_sheet: ASSET, views: [], palette: [] };
  return {
    contract: 'v3',
    job_type: 'avatar_output',
    avatar: { avatar_id: 'av_1', version: 1, identity, voice_profile: null },
    mode,
    script: 'Hello.',
    brief: null,
    scenes: null,
    voice: { voice_id: null, rate: 1, pitch: 1 },
    output: { aspect_ratio: '16:9', resolution: '720p', captions: 'sidecar', background: null, loudness_lufs: -16, watermark: null, seed: 1 },
    require_approval: [],
    approval_deadline_ms: null,
    on_deadline: null,
    approved: {},
    retry: null,
    overrides: { scenes: {}, notes: {} },
  };
}

export function creationSnapshot(voiceSample: boolean): CreationSnapshot {
  return {
    contract: 'v3',
    job_type: 'avatar_creation',
    avatar_id: 'av_1',
    name: 'Ada',
    photos: [ASSET],
    voice_sample: voiceSample ? ASSET : null,
    consent: { statement: 'I agree.', by: 'ada@example.com', at: '2026-11-23T12:00:00Z' },
    style: null,
    seed: 1,
  };
}
