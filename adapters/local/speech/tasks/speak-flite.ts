import type { TaskHost } from '../../compute/host';
import { matchWords } from '../align/match-words';
import { spanTokens } from '../align/word-times';
import type { PieceTiming } from '../align/word-times';
import { loadFlite } from '../engines/flite';
import type { Flite, FliteVoice } from '../engines/flite';
import { toFliteText } from '../engines/flite-text';
import type { SpokenToken } from '../text/normalise';

export interface SpeakFliteArgs {
  voice: FliteVoice;
  tokens: SpokenToken[];
  /** 2 is twice as long. */
  stretch: number;
  wav: string;
}

/** Speaks a piece with flite into a WAV file and returns its exact phone and token times. */
export async function speakFlite(args: SpeakFliteArgs, host: TaskHost): Promise<PieceTiming> {
  const flite = await host.cached(loadFlite);
  const phones = await flite.speak({ ...args, text: toFliteText(args.tokens) });
  return { phones, spans: spanPhones(flite, args.tokens, phones) };
}

/** Token times of an utterance whose phone times are known. */
export function spanPhones(
  flite: Flite,
  tokens: readonly SpokenToken[],
  phones: PieceTiming['phones'],
): PieceTiming['spans'] {
  const words = tokens.flatMap((token, place) => token.words.map((word) => ({ word, place })));
  const sounds = flite.pronounce(words.map(({ word }) => word));
  const byToken = tokens.map((_, place) =>
    words.flatMap((word, at) => (word.place === place ? (sounds[at] ?? []) : [])),
  );
  return spanTokens(tokens.length, matchWords(byToken, phones));
}
