import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../../../../contracts/project-root';
import type { NeuralModel } from '../neural-voices';
import type { SherpaReply, SherpaRequest } from './sherpa-messages';

/** The process of a neural voice ended badly, took too long or refused. Says nothing of what it was to speak. */
export class SherpaFailed extends Error {
  constructor(reason: string) {
    super(`The neural voice failed: ${reason}.`);
    this.name = 'SherpaFailed';
  }
}

/** Speaks with sherpa-onnx (k2-fsa, Apache-2.0) in processes of its own. */
export interface Sherpa {
  /** Rejects with SherpaFailed, or with the reason of the signal; the process is ended then. */
  speak(model: NeuralModel, request: Omit<SherpaRequest, 'speaker'>, signal: AbortSignal): Promise<void>;
}

const SCRIPT = 'dist/adapters/local/speech/engines/sherpa-process.js';
/** Loading takes one to five seconds, a piece of 40 words some three; a busy machine multiplies both. */
const TIMEOUT_MS = 120_000;
/** A loaded voice waits that long for the next sentence: its 300 MB are not kept for a machine that does other things. */
const IDLE_MS = 15_000;

/** A process that holds a loaded voice. */
interface Speaker {
  folder: string;
  child: ChildProcess;
  idle: NodeJS.Timeout | null;
}

/** Starts a process when none is idle; each speaks one piece at a time, so that ending one disturbs nobody else. */
export function createSherpa(): Sherpa {
  const waiting: Speaker[] = [];
  const take = (folder: string): Speaker | undefined => {
    const place = waiting.findIndex((speaker) => speaker.folder === folder && speaker.child.connected);
    return place < 0 ? undefined : waiting.splice(place, 1)[0];
  };
  const keep = (speaker: Speaker) => {
    speaker.idle = setTimeout(() => end(speaker), IDLE_MS).unref();
    waiting.push(speaker);
  };
  const end = (speaker: Speaker) => {
    const place = waiting.indexOf(speaker);
    if (place >= 0) waiting.splice(place, 1);
    speaker.child.kill('SIGKILL');
  };
  return {
    speak: async (model, request, signal) => {
      signal.throwIfAborted();
      const speaker = take(model.folder) ?? start(model);
      if (speaker.idle !== null) clearTimeout(speaker.idle);
      try {
        await ask(speaker.child, { ...request, speaker: model.speaker }, signal);
        keep(speaker);
      } catch (error) {
        end(speaker);
        throw error;
      }
    },
  };
}

function start({ folder, engine, library, model }: NeuralModel): Speaker {
  const child = fork(path.join(projectRoot(), SCRIPT), [JSON.stringify({ engine, model })], {
    cwd: folder,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Nothing of our environment is its business but where its libraries are.
    env: { PATH: '', LD_LIBRARY_PATH: library, DYLD_LIBRARY_PATH: library },
  });
  child.unref();
  child.channel?.unref();
  return { folder, child, idle: null };
}

/** Sends one request and waits for its answer; `ready` of a fresh process is passed over. */
function ask(child: ChildProcess, request: SherpaRequest, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => settle(() => reject(new SherpaFailed(reason)));
    const timer = setTimeout(() => fail('it took too long'), TIMEOUT_MS);
    const onAbort = () => settle(() => reject(signal.reason));
    const onExit = () => fail('its process ended');
    const onMessage = (reply: SherpaReply) => {
      if (reply.type === 'spoken') settle(resolve);
      if (reply.type === 'failed') fail(reply.reason);
    };
    const settle = (then: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      child.off('message', onMessage).off('exit', onExit).off('error', onExit);
      then();
    };
    signal.addEventListener('abort', onAbort);
    child.on('message', onMessage).on('exit', onExit).on('error', onExit);
    child.send(request, (error) => (error === null ? undefined : onExit()));
  });
}
