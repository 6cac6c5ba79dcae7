import path from 'node:path';
import { USUAL_MACHINE } from '../../../../adapters/local/speech/voices';
import type { VoiceMachine } from '../../../../adapters/local/speech/voices';
import { voicesFolder } from '../../../../dev/tools/ensure-tool';

/** RHVoice of one's own for tests, unpacked anywhere: `PROGRAM_FOLDER:VOICE_FOLDER`. */
const [searchPath, rhvoiceData] = (process.env['UNDERSTUDY_TEST_RHVOICE'] ?? '').split(path.delimiter);

/** The voices that this machine can be tested with: installed programs, and what `npm run voices -- add` has fetched. */
export const THIS_MACHINE: VoiceMachine = {
  searchPath: searchPath || USUAL_MACHINE.searchPath,
  rhvoiceData: rhvoiceData || USUAL_MACHINE.rhvoiceData,
  voicesDir: voicesFolder(),
};
