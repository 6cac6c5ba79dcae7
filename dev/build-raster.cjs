/**
 * Compiles assets/raster/raster.ts with AssemblyScript. The result is committed, so that neither installation nor a
 * worker needs the compiler; a test compiles again and compares.
 * Usage: node dev/build-raster.cjs [output]
 */
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const output = path.resolve(process.argv[2] ?? path.join(root, 'assets/raster/raster.wasm'));

async function main() {
  const { main: compile } = await import('assemblyscript/asc');
  const source = path.join('assets', 'raster', 'raster.ts');
  const options = [
    '-O3',
    '--converge',
    '--noAssert',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--importMemory',
  ];
  const { error, stderr } = await compile(
    [source, ...options, '--baseDir', root, '--outFile', path.relative(root, output)],
    {},
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
