import type { Cue } from './cues';

/** WebVTT (W3C). Text is escaped: words of a script are never markup. */
export function toWebVtt(cues: Cue[]): string {
  const blocks = cues.map(
    (cue, at) =>
      `${at + 1}\n${clock(cue.start_ms, '.')} --> ${clock(cue.end_ms, '.')}\n${cue.lines.map(escapeVtt).join('\n')}\n`,
  );
  return ['WEBVTT\n', ...blocks].join('\n');
}

/**
 * SubRip. It has no escape for angle brackets, so they become guillemets, and an arrow cannot be mistaken for a time line;
 * braces, in which players look for commands, become parentheses.
 */
export function toSubRip(cues: Cue[]): string {
  const plain = (line: string) => withoutControls(line).replace(/</g, '‹').replace(/>/g, '›').replace(/\{/g, '(').replace(/\}/g, ')');
  return cues
    .map(
      (cue, at) =>
        `${at + 1}\n${clock(cue.start_ms, ',')} --> ${clock(cue.end_ms, ',')}\n${cue.lines.map(plain).join('\n')}\n`,
    )
    .join('\n');
}

/** Reads back what `toSubRip` wrote. */
export function parseSubRip(text: string): Cue[] {
  return text.split(/\r?\n\s*\r?\n/).flatMap((block) => {
    const [, times = '', ...lines] = block.trim().split(/\r?\n/);
    const found = /^(\d+):(\d\d):(\d\d)[,.](\d{3}) --> (\d+):(\d\d):(\d\d)[,.](\d{3})/.exec(times);
    if (!found) return [];
    return [{ start_ms: toMs(found.slice(1, 5)), end_ms: toMs(found.slice(5, 9)), lines }];
  });
}

/** The captions of one scene in scene time, as `enhance` burns them in. */
export function cuesOfScene(
  cues: Cue[],
  bounds: { start_ms: number; end_ms: number },
): { start_ms: number; end_ms: number; text: string }[] {
  return cues
    .filter((cue) => cue.start_ms >= bounds.start_ms && cue.start_ms < bounds.end_ms)
    .map(({ start_ms, end_ms, lines }) => ({
      start_ms: start_ms - bounds.start_ms,
      end_ms: Math.min(end_ms, bounds.end_ms) - bounds.start_ms,
      text: lines.join('\n'),
    }));
}

const toMs = (parts: string[]): number => {
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = parts.map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
};

/** What a terminal would obey, and what would turn the rest of a line around (UAX 9, explicit formatting), is no caption. */
function withoutControls(line: string): string {
  return line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '');
}

function escapeVtt(line: string): string {
  return withoutControls(line).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function clock(time_ms: number, point: '.' | ','): string {
  const pad = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(time_ms / 3_600_000, 2)}:${pad((time_ms / 60_000) % 60, 2)}:${pad((time_ms / 1000) % 60, 2)}${point}${pad(time_ms % 1000, 3)}`;
}
