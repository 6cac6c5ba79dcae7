/** A file in memory that grows as it is written. */
export class MemoryFile {
  private buffer: Uint8Array;
  private size: number;

  constructor(content: Uint8Array = new Uint8Array(0)) {
    this.buffer = content;
    this.size = content.length;
  }

  get length(): number {
    return this.size;
  }

  /** The content so far. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.size);
  }

  truncate(): void {
    this.size = 0;
  }

  /** Copies into `target` from `position` and returns how many bytes there were. */
  read(position: number, target: Uint8Array): number {
    const part = this.buffer.subarray(position, Math.min(this.size, position + target.length));
    target.set(part);
    return part.length;
  }

  write(position: number, source: Uint8Array): void {
    const end = position + source.length;
    if (end > this.buffer.length) {
      const grown = new Uint8Array(Math.max(end, this.buffer.length * 2, 4096));
      grown.set(this.bytes());
      this.buffer = grown;
    }
    this.buffer.set(source, position);
    this.size = Math.max(this.size, end);
  }
}
