import { MemoryFile } from './memory-file';

/**
 * The few calls of WASI preview 1 that flite makes, on files in memory. Not node:wasi: that one crashed the process in
 * about every fifth run here (Node 20.20, heap corruption under garbage collection), and it would write real files.
 */
export interface ProgramRun {
  args: readonly string[];
  /** Files the program finds under `/w/`; those it writes are added. */
  files: Map<string, MemoryFile>;
}

/** Runs the program to its end and returns its exit code and all it printed. The clock stands still. */
export function runProgram(
  program: WebAssembly.Module,
  { args, files }: ProgramRun,
): { code: number; output: string } {
  const host = new WasiHost(args, files);
  const instance = new WebAssembly.Instance(program, { wasi_snapshot_preview1: host.calls() });
  const { memory, _start: start } = instance.exports;
  if (!isMemory(memory) || typeof start !== 'function') throw new Error('Not a WASI program.');
  host.attach(memory);
  const code = exitCodeOf(() => start());
  return { code, output: host.output() };
}

const OK = 0;
const BAD_DESCRIPTOR = 8;
const NO_ENTRY = 44;
const FOLDER_DESCRIPTOR = 3;
const FOLDER = '/w';
const CREATE = 1;
const TRUNCATE = 8;
const FILE_TYPES = { terminal: 2, folder: 3, file: 4 };

class ProgramExit extends Error {
  constructor(readonly exitCode: number) {
    super('The program ended.');
  }
}

interface OpenFile {
  file: MemoryFile;
  position: number;
}

class WasiHost {
  private memory: WebAssembly.Memory | null = null;
  private readonly args: Uint8Array[];
  private readonly printed = new MemoryFile();
  private readonly open = new Map<number, OpenFile>();

  constructor(
    args: readonly string[],
    private readonly files: Map<string, MemoryFile>,
  ) {
    this.args = args.map((arg) => Buffer.from(`${arg}\0`));
    this.open.set(0, { file: new MemoryFile(), position: 0 });
    for (const descriptor of [1, 2]) this.open.set(descriptor, { file: this.printed, position: 0 });
  }

  attach(memory: WebAssembly.Memory): void {
    this.memory = memory;
  }

  output(): string {
    return Buffer.from(this.printed.bytes()).toString('utf8');
  }

  calls(): Record<string, unknown> {
    return {
      args_sizes_get: (count: number, size: number) =>
        this.store(count, this.args.length, size, Buffer.concat(this.args).length),
      args_get: (pointers: number, text: number) => this.giveArgs(pointers, text),
      clock_time_get: (_clock: number, _precision: bigint, time: number) => this.storeLong(time, 0n),
      fd_close: (descriptor: number) => (this.open.delete(descriptor) ? OK : BAD_DESCRIPTOR),
      fd_fdstat_get: (descriptor: number, status: number) => this.describe(descriptor, status),
      fd_fdstat_set_flags: () => OK,
      fd_prestat_get: (descriptor: number, entry: number) =>
        descriptor === FOLDER_DESCRIPTOR ? this.store(entry, 0, entry + 4, FOLDER.length) : BAD_DESCRIPTOR,
      fd_prestat_dir_name: (_descriptor: number, name: number) => this.copyTo(name, Buffer.from(FOLDER)),
      fd_read: (descriptor: number, vectors: number, count: number, total: number) =>
        this.transfer(descriptor, { vectors, count, total, move: readNext }),
      fd_write: (descriptor: number, vectors: number, count: number, total: number) =>
        this.transfer(descriptor, { vectors, count, total, move: writeNext }),
      fd_seek: (descriptor: number, offset: bigint, whence: number, position: number) =>
        this.seek(descriptor, { offset: Number(offset), whence, position }),
      path_open: (...call: unknown[]) => this.openPath(call.map(Number)),
      proc_exit: (code: number) => {
        throw new ProgramExit(code);
      },
    };
  }

  private giveArgs(pointers: number, text: number): number {
    let at = text;
    this.args.forEach((arg, place) => {
      this.view().setUint32(pointers + place * 4, at, true);
      this.copyTo(at, arg);
      at += arg.length;
    });
    return OK;
  }

  private describe(descriptor: number, status: number): number {
    const isFolder = descriptor === FOLDER_DESCRIPTOR;
    if (!isFolder && !this.open.has(descriptor)) return BAD_DESCRIPTOR;
    const view = this.view();
    view.setUint32(
      status,
      isFolder ? FILE_TYPES.folder : descriptor < FOLDER_DESCRIPTOR ? FILE_TYPES.terminal : FILE_TYPES.file,
      true,
    );
    view.setUint32(status + 4, 0, true);
    view.setBigUint64(status + 8, 0xffff_ffffn, true);
    view.setBigUint64(status + 16, 0xffff_ffffn, true);
    return OK;
  }

  private transfer(descriptor: number, request: Transfer): number {
    const entry = this.open.get(descriptor);
    if (entry === undefined) return BAD_DESCRIPTOR;
    const view = this.view();
    let moved = 0;
    for (let k = 0; k < request.count; k++) {
      const start = view.getUint32(request.vectors + k * 8, true);
      const length = view.getUint32(request.vectors + k * 8 + 4, true);
      moved += request.move(entry, new Uint8Array(view.buffer, start, length));
    }
    view.setUint32(request.total, moved, true);
    return OK;
  }

  private seek(
    descriptor: number,
    { offset, whence, position }: { offset: number; whence: number; position: number },
  ): number {
    const entry = this.open.get(descriptor);
    if (entry === undefined || descriptor < FOLDER_DESCRIPTOR) return BAD_DESCRIPTOR;
    entry.position = offset + (whence === 0 ? 0 : whence === 1 ? entry.position : entry.file.length);
    return this.storeLong(position, BigInt(entry.position));
  }

  /** Arguments as WASI orders them: folder, lookup flags, path, its length, open flags, rights (2), flags, descriptor. */
  private openPath([, , path = 0, length = 0, flags = 0, , , , result = 0]: number[]): number {
    const name = Buffer.from(new Uint8Array(this.view().buffer, path, length)).toString('utf8');
    const file = this.files.get(name) ?? (flags & CREATE ? new MemoryFile() : null);
    if (file === null) return NO_ENTRY;
    if (flags & TRUNCATE) file.truncate();
    this.files.set(name, file);
    let descriptor = FOLDER_DESCRIPTOR + 1;
    while (this.open.has(descriptor)) descriptor++;
    this.open.set(descriptor, { file, position: 0 });
    this.view().setUint32(result, descriptor, true);
    return OK;
  }

  /** Memory may have grown and moved since the last call, so the view is never kept. */
  private view(): DataView {
    if (this.memory === null) throw new Error('The program was not started.');
    return new DataView(this.memory.buffer);
  }

  private store(place: number, value: number, otherPlace: number, otherValue: number): number {
    this.view().setUint32(place, value, true);
    this.view().setUint32(otherPlace, otherValue, true);
    return OK;
  }

  private storeLong(place: number, value: bigint): number {
    this.view().setBigUint64(place, value, true);
    return OK;
  }

  private copyTo(place: number, bytes: Uint8Array): number {
    new Uint8Array(this.view().buffer).set(bytes, place);
    return OK;
  }
}

interface Transfer {
  vectors: number;
  count: number;
  total: number;
  move(entry: OpenFile, memory: Uint8Array): number;
}

function readNext(entry: OpenFile, memory: Uint8Array): number {
  const count = entry.file.read(entry.position, memory);
  entry.position += count;
  return count;
}

function writeNext(entry: OpenFile, memory: Uint8Array): number {
  entry.file.write(entry.position, memory);
  entry.position += memory.length;
  return memory.length;
}

function exitCodeOf(start: () => unknown): number {
  try {
    start();
    return 0;
  } catch (error) {
    if (error instanceof ProgramExit) return error.exitCode;
    throw error;
  }
}

function isMemory(value: unknown): value is WebAssembly.Memory {
  return value instanceof WebAssembly.Memory;
}
