import type { ScriptContextOutput } from '../../contracts/stages';
import { detectLanguage } from './language';
import { countWords, estimateSpeech, splitParagraphs, splitSentences } from './sentences';

/** The facts about a script that its stage leaves, whoever wrote it. */
export function describeScript({
  script,
  source,
}: Pick<ScriptContextOutput, 'script' | 'source'>): ScriptContextOutput {
  const paragraphs = splitParagraphs(script);
  return {
    script,
    source,
    language: detectLanguage(script),
    paragraphs: paragraphs.length,
    sentences: paragraphs.reduce((sum, paragraph) => sum + splitSentences(paragraph).length, 0),
    words: countWords(script),
    estimated_ms: estimateSpeech(script),
  };
}
