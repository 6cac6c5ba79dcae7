import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../contracts/project-root';

/** One import as it stands in a file. */
export interface Import {
  /** The importing file, from the project's root. */
  from: string;
  /** One of our files from the project's root, a package's specifier, or `node:…`. */
  to: string;
  kind: 'ours' | 'package' | 'built_in';
  /** True when nothing of it is left at run time. */
  types_only: boolean;
}

/** Every TypeScript source of ours, from the project's root. */
export function sourceFiles(folders: readonly string[]): string[] {
  const root = projectRoot();
  return folders.flatMap((name) => {
    if (existsSync(path.join(root, `${name}.ts`))) return [`${name}.ts`];
    if (!existsSync(path.join(root, name))) return [];
    const files = readdirSync(path.join(root, name), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => /(?<!\.d)\.ts$/.test(file)).map((file) => path.posix.join(name, file));
  });
}

/** The imports of one file: static, re-exported, dynamic, `require` and `import('…')` in a type. */
export function importsOf(file: string, text = readFileSync(path.join(projectRoot(), file), 'utf8')): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, types_only: boolean) => {
    if (node && ts.isStringLiteralLike(node)) found.push({ from: file, ...target(file, node.text), types_only });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

function isLoader(expression: ts.Expression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require');
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  if (clause.name || !named || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function target(file: string, specifier: string): Pick<Import, 'to' | 'kind'> {
  if (specifier.startsWith('node:')) return { to: specifier, kind: 'built_in' };
  if (!specifier.startsWith('.')) return { to: specifier, kind: 'package' };
  const plain = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '');
  const candidates = [`${plain}.ts`, plain, `${plain}.d.ts`, `${plain}/index.ts`];
  return { to: candidates.find((candidate) => isFile(candidate)) ?? plain, kind: 'ours' };
}

function isFile(file: string): boolean {
  return path.posix.extname(file) !== '' && existsSync(path.join(projectRoot(), file));
}

/** Everything that is loaded at run time with a file, itself among it. */
export function loadedWith(entry: string): { files: Set<string>; foreign: Import[] } {
  const files = new Set([entry]);
  const foreign: Import[] = [];
  for (const file of files) {
    for (const found of importsOf(file).filter((candidate) => !candidate.types_only)) {
      if (found.kind === 'ours') files.add(found.to);
      else foreign.push(found);
    }
  }
  return { files, foreign };
}
