/** What the process of a neural voice is started with, as its one argument. */
export interface SherpaStart {
  /** Folder of the package sherpa-onnx-node. */
  engine: string;
  /** The engine's own description of a model; its paths are relative to the voice's folder, where the process runs. */
  model: Record<string, unknown>;
}

/** One thing to say. It crosses by message, so that no script stands on a command line. */
export interface SherpaRequest {
  text: string;
  /** 2 is twice as fast. */
  speed: number;
  speaker: number;
  /** Where the 16 bit mono WAV file goes. */
  wav: string;
}

/** `failed` names what went wrong without quoting the text. */
export type SherpaReply = { type: 'ready' } | { type: 'spoken' } | { type: 'failed'; reason: string };
