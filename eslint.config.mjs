import { readFileSync } from 'node:fs';
import { transformSync } from '@swc/core';
import tseslint from 'typescript-eslint';

/** The import law is data in test/law.ts, shared with test/boundaries.test.ts, which walks the real graph with it. */
const source = readFileSync(new URL('./test/law.ts', import.meta.url), 'utf8');
const { code } = transformSync(source, { swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } });
const { LAW, TOP_LEVEL, globSource } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** `(?:a|b)` of the globs taken in, without those taken out, for text that ends there. */
function allowedSource(globs) {
  const part = (list) => list.map((glob) => globSource(glob.replace(/\.ts$/, ''))).join('|');
  const out = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const taken = globs.filter((glob) => !glob.startsWith('!'));
  return `(?!(?:${part(out) || '(?!)'})(?:\\.js)?$)(?:${part(taken) || '(?!)'})(?:\\.js)?$`;
}

/** Imports that climb to a top-level folder outside the list. What stays inside a folder is seen by the test only. */
function foreign(globs) {
  return `^(?:\\.\\.?/)+(?=(?:${TOP_LEVEL.join('|')})(?:/|$))(?!${allowedSource(globs)})`;
}

function foreignPackage(names) {
  const part = (list) => list.map((name) => (name === '*' ? '.*' : `${globSource(name)}(?:/.*)?`)).join('|') || '(?!)';
  const out = names.filter((name) => name.startsWith('!')).map((name) => name.slice(1));
  const taken = names.filter((name) => !name.startsWith('!'));
  return `^(?!\\.|node:)(?!(?!(?:${part(out)})$)(?:${part(taken)})$)`;
}

function patternsOf(rule) {
  const { values, types = [], packages, type_packages = [], because: message } = rule;
  return [
    { regex: foreign(values), allowTypeImports: true, message },
    { regex: foreign([...values, ...types]), message },
    { regex: foreignPackage(packages), allowTypeImports: true, message },
    { regex: foreignPackage([...packages, ...type_packages]), message },
    ...(rule.built_ins ? [] : [{ regex: '^node:', message }]),
  ];
}

/** The first rule of the table holds; here the last one wins, so the table is turned round. */
const importLaw = [...LAW].reverse().map((rule) => ({
  files: rule.files.map((glob) => (glob.endsWith('.ts') ? glob : `${glob}/*.ts`)),
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: patternsOf(rule) }] },
}));

const DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' };
const ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'config.ts is the only reader of the environment.',
};
/** A worker evaluates workflow modules once and shares them among all jobs (worker/bundle.ts). */
const MODULE_STATE = {
  selector: [
    "VariableDeclaration[kind='let']",
    'VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0]',
    'VariableDeclaration > VariableDeclarator > ArrayExpression[elements.length=0]',
  ]
    .map((state) => `:matches(Program, Program > ExportNamedDeclaration) > ${state}`)
    .join(', '),
  message: 'Workflow modules are shared among all jobs of a worker, so they hold no state.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'out/', '.data/', '.cache/', 'assets/', '**/*.d.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-require-imports': 'error',
      'no-restricted-syntax': ['error', DEFAULT_EXPORT, ENVIRONMENT],
      'no-restricted-properties': ['error', { object: 'URL', property: 'canParse', message: 'contracts/parse-url.ts: Node 20 answers wrongly.' }],
      'no-console': 'error',
      'no-debugger': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-fallthrough': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  ...importLaw,
  { files: ['workflows/**/*.ts', 'contracts/**/*.ts'], rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, ENVIRONMENT, MODULE_STATE] } },
  { files: ['dev/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off', 'no-restricted-syntax': ['error', DEFAULT_EXPORT] } },
  // Processes hand their environment to config.ts; Jest asks for default exports in its set-up files.
  { files: ['api/main.ts', 'worker/main.ts'], rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT] } },
  // Black-box tests read answers as anybody would: as whatever JSON came.
  { files: ['test/**/support/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  { files: ['test/setup/global-*.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
