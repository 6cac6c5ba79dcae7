import type { AssetRef, VoiceProfile } from '../../contracts/media';
import type { CreationSnapshot, OutputSnapshot } from '../../contracts/snapshot';
import type { SampleReport } from '../../contracts/voice-sample';

const ASSET: AssetRef = { asset_id: `as_${'1'.repeat(32)}`, sha256: '1'.repeat(64), content_type: 'image/png', bytes: 1 };

export const VOICE: VoiceProfile = {
  kind: 'stock',
  family: 'trivial',
  engine: 'trivial',
  voice_id: 'trivial',
  params: { rate: 1, pitch: 1, formant: 1 },
  measured: null,
  residual: null,
  sample_sha256: null,
  warnings: [],
  licence: 'none',
  disclosure: 'A voice for tests.',
};

/** A recording in which nothing is wrong. */
export const SAMPLE_REPORT: SampleReport = {
  measured: {
    duration_ms: 30_000,
    sample_rate_hz: 48_000,
    speech_ms: 25_000,
    median_f0_hz: 100,
    f0_range_st: 5,
    voiced_ms: 15_000,
    syllables_per_second: 4,
    f3_hz: 2600,
    f4_hz: 3500,
    snr_db: 40,
    speech_level_db: -20,
    loudness_lufs: -20,
    clipping_percent: 0,
  },
  warnings: [],
};

export function creationSnapshot(change: Partial<CreationSnapshot> = {}): CreationSnapshot {
  return {
    contract: 'v3',
    job_type: 'avatar_creation',
    avatar_id: `av_${'a'.repeat(32)}`,
    name: 'Ada',
    photos: [ASSET],
    voice_sample: null,
    consent: { statement: 'I agree.', by: 'ada@example.com', at: '2026-11-23T12:00:00Z' },
    style: null,
    seed: 1,
    ...change,
  };
}

export function outputSnapshot(change: Partial<OutputSnapshot> = {}): OutputSnapshot {
  return {
    contract: 'v3',
    job_type: 'avatar_output',
    avatar: {
      avatar_id: `av_${'a'.repeat(32)}`,
      version: 1,
      identity: { neutral_image: ASSET, plate: ASSET, mesh: ASSET, character_sheet: ASSET, views: [], palette: [] },
      voice_profile: null,
    },
    mode: 'multi_scene',
    script: 'Words.',
    brief: null,
    scenes: null,
    voice: { voice_id: null, rate: 1, pitch: 1 },
    output: { aspect_ratio: '16:9', resolution: '480p', captions: 'sidecar', background: null, loudness_lufs: -16, watermark: null, seed: 1 },
    require_approval: [],
    approval_deadline_ms: null,
    on_deadline: null,
    approved: {},
    retry: null,
    overrides: { scenes: {}, notes: {} },
    ...change,
  };
}
