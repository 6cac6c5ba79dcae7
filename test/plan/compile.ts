import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../../contracts/project-root';

/** Sources by their path from the project's root; they need not be on disk, and they hide what is. */
export type Sources = Record<string, string>;

/** Compiles sources with the project's own settings and gives the messages of each, by path. */
export function compile(sources: Sources): Record<string, string[]> {
  const root = projectRoot();
  const options = { ...projectOptions(root), incremental: false, tsBuildInfoFile: undefined };
  const overlay = new Map(Object.entries(sources).map(([file, text]) => [path.join(root, file), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const parse = host.getSourceFile.bind(host);
  host.fileExists = (file) => overlay.has(file) || fileExists(file);
  host.readFile = (file) => overlay.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = overlay.get(file);
    return text === undefined ? parse(file, ...rest) : ts.createSourceFile(file, text, rest[0]);
  };
  const program = ts.createProgram([...overlay.keys()], options, host);
  return Object.fromEntries(Object.keys(sources).map((file) => [file, messagesOf(program, path.join(root, file))]));
}

function projectOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'));
  return ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root).options;
}

function messagesOf(program: ts.Program, file: string): string[] {
  const source = program.getSourceFile(file);
  if (!source) throw new Error(`${file} was not compiled.`);
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
