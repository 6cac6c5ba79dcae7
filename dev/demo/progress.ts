/** Where progress is drawn; `process.stdout` fits. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface ProgressState {
  label: string;
  scene: number | null;
  scenes: number | null;
  /** 0..100 */
  percent: number;
}

const BAR_CELLS = 24;
const REDRAW_EVERY_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/**
 * Shows one job's progress: on a terminal a line that is drawn again in place, elsewhere (a file, a CI log) a plain line
 * for every change, without control characters.
 */
export class ProgressLine {
  private readonly startedAt: number;
  private readonly live: boolean;
  private readonly timer: NodeJS.Timeout | null;
  private state: ProgressState = { label: 'Waiting for a worker', scene: null, scenes: null, percent: 0 };

  constructor(
    private readonly screen: Screen,
    private readonly clock: () => number = Date.now,
    terminal: string | undefined = process.env['TERM'],
  ) {
    this.startedAt = clock();
    this.live = screen.isTTY === true && terminal !== 'dumb';
    this.timer = this.live ? setInterval(() => this.draw(), REDRAW_EVERY_MS) : null;
    this.timer?.unref();
  }

  show(state: ProgressState): void {
    const changed = plainText(state) !== plainText(this.state);
    this.state = state;
    if (this.live) this.draw();
    else if (changed) this.screen.write(`${this.elapsed()}  ${plainText(state)}\n`);
  }

  /** Ends the drawing and leaves one line behind. */
  finish(line: string): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.screen.write(`${this.live ? CLEAR_LINE : ''}${this.elapsed()}  ${line}\n`);
  }

  private draw(): void {
    const filled = Math.round((this.state.percent / 100) * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const text = `${this.elapsed()}  ${bar} ${plainText(this.state)}`;
    this.screen.write(CLEAR_LINE + text.slice(0, (this.screen.columns ?? 80) - 1));
  }

  private elapsed(): string {
    return `${((this.clock() - this.startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }
}

function plainText(state: ProgressState): string {
  const of = state.scenes === null ? '' : ` of ${state.scenes}`;
  const scene = state.scene === null ? '' : `, scene ${state.scene}${of}`;
  return `${String(Math.round(state.percent)).padStart(3)} %  ${state.label}${scene}`;
}
