import type { AssetRef, VoiceProfile } from '../../../contracts/media';
import type { SampleReport } from '../../../contracts/voice-sample';
import type { WorkContext } from '../../capabilities/adapter';
import { VoiceSampleRejected } from '../../capabilities/voice';
import type { VoiceAdapter, VoiceRequest } from '../../capabilities/voice';
import type { ComputePool } from '../compute/pool';
import { decodeSound } from './decode-sound';
import { judgeSample } from './voice/judge-sample';
import { matchVoice } from './voice/match-voice';
import { isAvailable, knownVoices, USUAL_MACHINE } from './voices';
import type { LocalVoice, VoiceMachine } from './voices';
import { localAdapter } from '../local-adapter';

const MODEL = 'voice-match/1';
/** Longer samples are cut: two minutes tell all that is measured. */
const LONGEST_MS = 120_000;
const SHORTEST_FILE_BYTES = 1_000;

/**
 * A voice sample to a profile on this machine: the sample is checked and measured, the nearest stock voice is moved to its
 * pitch and pace. Says `matched`, because no voice is cloned.
 */
export function createLocalVoice(
  pool: ComputePool,
  ffmpegPath: string,
  options: { machine?: VoiceMachine } = {},
): VoiceAdapter {
  return {
    ...localAdapter('voice', MODEL),
    supports: () => ({ ok: true }),
    perform: async (request, context) => ({
      profile: await makeProfile(
        { pool, ffmpegPath, voices: baseVoices(options.machine ?? USUAL_MACHINE) },
        request,
        context,
      ),
    }),
  };
}

interface Tools {
  pool: ComputePool;
  ffmpegPath: string;
  voices: readonly LocalVoice[];
}

/** What this machine has; kal16 sounds too mechanical to stand for a person. */
function baseVoices(machine: VoiceMachine): LocalVoice[] {
  return knownVoices(machine).filter((voice) => isAvailable(voice) && voice.voice_id !== 'local:kal16');
}

async function makeProfile(
  tools: Tools,
  { sample, report }: VoiceRequest,
  context: WorkContext,
): Promise<VoiceProfile> {
  const { measured, warnings } = report ?? (await inspectSample(tools, sample, context));
  const { warnings: more, ...match } = matchVoice(measured, tools.voices);
  return {
    kind: 'matched',
    family: 'local',
    ...match,
    sample_sha256: sample.sha256,
    warnings: [...warnings, ...more],
  };
}

/**
 * Decodes and measures a voice sample.
 * @throws VoiceSampleRejected when nothing can be learnt from it
 */
export async function inspectSample(
  { pool, ffmpegPath }: Pick<Tools, 'pool' | 'ffmpegPath'>,
  sample: AssetRef,
  context: WorkContext,
): Promise<SampleReport> {
  const { dir, signal } = context;
  if (sample.bytes < SHORTEST_FILE_BYTES) throw undecodable();
  const wav = await decodeSound(ffmpegPath, await context.open(sample), { dir, signal, longest_ms: LONGEST_MS });
  if (wav === null) throw undecodable();
  context.progress(30, 'decoded');
  const measured = await pool.run('speech.measure_voice', { wav }, { signal });
  if (measured === null) throw undecodable();
  return { measured, warnings: judgeSample(measured) };
}

function undecodable(): VoiceSampleRejected {
  return new VoiceSampleRejected(
    'voice_sample_undecodable',
    'The file is not sound that can be read. Use WAV, MP3, M4A, Ogg, FLAC or WebM.',
  );
}
