import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';
import { projectRoot } from '../contracts/project-root';

/** Where the prebuilt workflow bundle lies; bundling at every start would cost seconds. */
export function bundlePath(): string {
  return path.join(projectRoot(), 'dist', 'workflow-bundle.js');
}

/** Bundles workflows/index.ts for the workflow sandbox. */
export async function writeBundle(target: string): Promise<void> {
  const silent = () => undefined;
  const tell = (message: string) => void process.stderr.write(`${message}\n`);
  const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: tell, error: tell };
  const workflowsPath = path.join(projectRoot(), 'workflows', 'index.ts');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Evaluated once a worker thread, not once a job, which saves each job a millisecond. They hold no state (eslint.config.mjs).
    preloadModules: [workflowsPath],
    logger: quiet,
    webpackConfigHook: compileForNode,
  });
  await writeFile(target, code);
}

/** The bundler compiles for engines of 2017 and writes out every spread; the workflows run in the Node that bundles them. */
const compileForNode: BundleOptions['webpackConfigHook'] = (config) => {
  const compilers = config.module?.rules?.flatMap((rule) => (rule && typeof rule === 'object' && rule.use && typeof rule.use === 'object' ? [rule.use] : []));
  for (const use of compilers ?? []) {
    if ('options' in use && typeof use.options === 'object' && use.options['jsc']) use.options['jsc'].target = 'es2022';
  }
  return config;
};
