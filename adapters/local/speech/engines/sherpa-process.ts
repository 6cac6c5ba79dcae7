import { createRequire } from 'node:module';
import path from 'node:path';
import { writeWav } from '../dsp/wav';
import type { SherpaReply, SherpaRequest, SherpaStart } from './sherpa-messages';

/** The part of sherpa-onnx-node that is used (1.13). */
interface SherpaModule {
  OfflineTts: new (config: unknown) => {
    generate(request: { text: string; sid: number; speed: number; enableExternalBuffer: boolean }): {
      samples: Float32Array;
      sampleRate: number;
    };
  };
}

/**
 * The process of a neural voice: loads a model once and speaks what it is asked to, one piece after the other. It is a
 * process of its own because the engine's library has GPL parts and 300 MB of memory, both of which end with it.
 */
function main(): void {
  const { engine, model }: SherpaStart = JSON.parse(process.argv[2] ?? '{}');
  const sherpa: SherpaModule = createRequire(path.join(engine, 'package.json'))('./non-streaming-tts.js');
  // One thread: the same bytes on every machine, and one core left for whoever else works here.
  const voice = new sherpa.OfflineTts({ model: { numThreads: 1, ...model }, maxNumSentences: 1 });
  process.on('message', ({ text, speed, speaker, wav }: SherpaRequest) => {
    const speak = async () => {
      const spoken = voice.generate({ text, sid: speaker, speed, enableExternalBuffer: false });
      await writeWav(wav, { rate: spoken.sampleRate, samples: spoken.samples });
    };
    speak().then(
      () => reply({ type: 'spoken' }),
      (error: unknown) => reply({ type: 'failed', reason: error instanceof Error ? error.name : 'unknown' }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  reply({ type: 'ready' });
}

function reply(message: SherpaReply): void {
  process.send?.(message);
}

main();
