/** Frames of a scene, counted from its start, `to` excluded. */
export interface FrameSpan {
  from: number;
  to: number;
}

/** A span of time as frames from `start_ms` on: rounded alike by what shows something, what hides it and what looks for it. */
export function toFrameSpan(
  span: { start_ms: number; end_ms: number },
  { fps, start_ms = 0, frames = Infinity }: { fps: number; start_ms?: number; frames?: number },
): FrameSpan {
  const toFrame = (time_ms: number): number => Math.min(frames, Math.round(((time_ms - start_ms) * fps) / 1000));
  return { from: toFrame(span.start_ms), to: toFrame(span.end_ms) };
}

export function holdsFrame({ from, to }: FrameSpan, frame: number): boolean {
  return from <= frame && frame < to;
}
