/** Frames of a scene, counted from its start, `to` excluded. */
export interface FrameSpan {
  from: number;
  to: number;
}

/** Spans of time as frames from `start_ms` on, rounded as the renderer rounds what it shows and hides. */
export function toFrameSpans(
  spans: readonly { start_ms: number; end_ms: number }[],
  { fps, start_ms = 0 }: { fps: number; start_ms?: number },
): FrameSpan[] {
  const toFrame = (time_ms: number): number => Math.round(((time_ms - start_ms) * fps) / 1000);
  return spans.map((span) => ({ from: toFrame(span.start_ms), to: toFrame(span.end_ms) }));
}

/** Whether one of the spans holds this frame. */
export function isWithin(spans: readonly FrameSpan[], frame: number): boolean {
  return spans.some(({ from, to }) => from <= frame && frame < to);
}
