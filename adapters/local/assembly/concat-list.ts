/** A list for ffmpeg's concat demuxer. Quotes in paths are written its way. `duration_ms` fixes where the next entry starts. */
export function concatList(entries: { path: string; duration_ms: number }[]): string {
  const lines = entries.flatMap(({ path, duration_ms }) => [
    `file 'file:${path.replace(/'/g, "'\\''")}'`,
    `duration ${(duration_ms / 1000).toFixed(6)}`,
  ]);
  return ['ffconcat version 1.0', ...lines, ''].join('\n');
}
