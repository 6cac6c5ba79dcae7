import { listVoices, USUAL_MACHINE } from '../adapters/local/speech/voices';
import { voicesFolder } from './tools/ensure-tool';
import { addJoe } from './voices/add-joe';

const USAGE =
  'Usage: npm run voices            lists voices\n       npm run voices -- add joe fetches the neural voice "joe"';

/** `npm run voices`: which voices the local family knows, which this machine has, and how to get the others. */
async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) list();
  else if (args.length === 2 && args[0] === 'add' && args[1] === 'joe') await add();
  else throw new Error(USAGE);
}

function list(): void {
  const searchPath = process.env['PATH'] ?? USUAL_MACHINE.searchPath;
  const machine = { ...USUAL_MACHINE, searchPath, voicesDir: voicesFolder() };
  for (const { voice_id, engine, median_f0_hz, licence, available, hint } of listVoices(machine)) {
    const state = available ? 'here   ' : 'missing';
    console.log(
      `${state} ${voice_id.padEnd(20)} ${engine.padEnd(18)} ${String(median_f0_hz).padStart(3)} Hz  ${licence}`,
    );
    if (hint !== null) console.log(`        ${hint}`);
  }
  console.log(
    '\nA job names one as voice.voice_id; null or local:auto takes the first that is here (LOCAL_TTS narrows that).',
  );
}

async function add(): Promise<void> {
  const place = await addJoe({ folder: voicesFolder(), print: console.log });
  console.log(`\nlocal:sherpa-joe is here: ${place}`);
  console.log('Workers that look in this folder (LOCAL_VOICES_DIR) use it from the next sentence on.');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
