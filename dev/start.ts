import path from 'node:path';
import { projectRoot } from '../contracts/project-root';
import { createEphemeralFolder, sweepEphemeralFolders } from './ephemeral';
import { startedOrStopped, stopOnSignal } from './process/stop-on-signal';
import { startStack } from './stack';
import type { StackDescription } from './stack/stack-file';

const print = (line: string) => console.log(line);

/** `npm start [-- --ephemeral]`: the embedded stack until Ctrl-C. */
async function main(): Promise<void> {
  const ephemeral = readArguments(process.argv.slice(2));
  const data = path.join(projectRoot(), '.data');
  // `npm start | head` closes our output; the stack goes on.
  process.stdout.on('error', () => undefined);
  const abort = stopOnSignal(print);
  await sweepEphemeralFolders();
  const starting = startStack({
    stateDir: ephemeral ? await createEphemeralFolder() : data,
    ephemeral,
    kind: 'start',
    stackFile: path.join(data, 'stack.json'),
    print,
    env: process.env,
    ports: { api: Number(process.env['API_PORT'] || 8080) },
  });
  const stack = await startedOrStopped(starting, abort);
  if (stack === null) process.exit(130);
  describe(stack.description, ephemeral ? null : data);
  await abort;
  print('Stopping …');
  await stack.stop();
  process.exit(0);
}

function readArguments(given: string[]): boolean {
  const unknown = given.filter((argument) => argument !== '--ephemeral');
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown[0]}; the only one is --ephemeral`);
  return given.includes('--ephemeral');
}

function describe(stack: StackDescription, data: string | null): void {
  print('');
  print('Understudy is running. Ctrl-C stops it.');
  print(`  API              ${stack.api_url}  (reference: ${stack.api_url}/docs)`);
  if (stack.temporal_ui_url !== null) print(`  Temporal Web UI  ${stack.temporal_ui_url}`);
  print(`  Temporal         ${stack.temporal_address}, namespace ${stack.namespace}`);
  print(`  Postgres         ${stack.database_url}`);
  print(`  State            ${data ?? 'none is kept (--ephemeral)'}`);
  for (const [tenant, tokens] of Object.entries(stack.tenants)) {
    print(`Service tokens of tenant "${tenant}":`);
    for (const [role, token] of Object.entries(tokens)) print(`  ${role.padEnd(9)} ${token}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
