import { benchAccept } from './accept';
import { benchMedia } from './media';
import { benchPipeline } from './pipeline';
import { benchSceneChange } from './scene-change';
import { benchRecovery } from './recovery';
import { createReport, type Report } from './report';
import { startServers, type BenchServers } from './servers';

const BENCHES: Record<string, (servers: BenchServers, report: Report) => Promise<void>> = {
  accept: benchAccept,
  media: benchMedia,
  pipeline: benchPipeline,
  recovery: (_, report) => benchRecovery(report),
  scene_change: benchSceneChange,
};

/** `npm run bench [-- NAME…]`: every figure as a ratio to a limit measured in the same run. */
async function main(): Promise<void> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const wanted = process.argv.slice(2);
  const report = createReport(print);
  const servers = await startServers(print);
  try {
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      print(`— ${name}`);
      await bench(servers, report);
    }
  } finally {
    await servers.stop();
  }
  process.exit(report.exitCode());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
