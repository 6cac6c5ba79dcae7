import { listVoices, USUAL_MACHINE } from '../adapters/local/speech/voices';

/** `npm run voices`: which voices the local family knows, and which of them this machine has. */
function main(): void {
  const machine = { ...USUAL_MACHINE, searchPath: process.env['PATH'] ?? USUAL_MACHINE.searchPath };
  for (const { voice_id, engine, median_f0_hz, licence, available, hint } of listVoices(machine)) {
    const state = available ? 'here   ' : 'missing';
    console.log(
      `${state} ${voice_id.padEnd(20)} ${engine.padEnd(18)} ${String(median_f0_hz).padStart(3)} Hz  ${licence}`,
    );
    if (hint !== null) console.log(`        ${hint}`);
  }
  console.log('\nA job names one as voice.voice_id; null or local:auto takes the first that is here.');
}

main();
