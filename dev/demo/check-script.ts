import { fieldErrors } from '../../contracts/field-errors';
import { newId } from '../../contracts/ids';
import { avatarOutput } from '../../contracts/output-job.schema';
import { hasSpeakableText } from '../../contracts/speakable';
import type { DemoArguments } from './arguments';
import { outputRequest } from './requests';

/**
 * Asks of the film's request what the API will ask of it when the avatar is made, so that nobody waits for an avatar first.
 * @throws Error with a sentence a fault
 */
export async function checkScript(options: DemoArguments): Promise<void> {
  const request = await outputRequest(newId('avatar', new Date()), options);
  const { error } = avatarOutput.safeParse(request);
  const problems = fieldErrors(error?.issues ?? [], request).map(({ pointer, message }) => `${optionOf(pointer)}: ${message}`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (!hasSpeakableText(String(request['script']))) throw new Error('--script: no letter or digit that a voice could speak');
}

/** All else of the request was checked with the command line. */
function optionOf(pointer: string): string {
  return pointer === '/script' ? '--script' : pointer;
}
