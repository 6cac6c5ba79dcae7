import { setTimeout as delay } from 'node:timers/promises';

/** The parts of the API's answers that the demo reads; EXAMPLES of the contract show them whole. */
export interface Asset {
  asset_id: string;
  sha256: string;
  url: string;
}

export interface Problem {
  title: string;
  detail?: string;
  code: string;
  stage?: string | null;
  scene?: number | null;
  errors?: { pointer: string; message: string }[];
}

export interface Job {
  job_id: string;
  status: string;
  result: JobResult | null;
  error: Problem | null;
}

export interface JobResult {
  avatar_id?: string;
  neutral_image?: Asset;
  character_sheet?: Asset;
  video?: Asset & { duration_ms: number; width: number; height: number };
  rough_cut?: Asset;
  poster?: Asset;
  captions?: { format: string; asset: Asset }[];
  manifest?: Asset;
}

export interface JobEvent {
  type: string;
  sequence: number;
  data: { stage?: string; label?: string; scene?: number | null; scenes?: number | null; percent?: number };
}

export interface StageRecord {
  stage: string;
  scene?: number | null;
  current?: boolean;
  assets: { kind: string; asset_id: string }[];
}

/** An answer of the API that is not a success. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(describeProblem(problem));
  }
}

/** What went wrong, for people, one line each. */
export function describeProblem(problem: Problem): string {
  const place = [problem.stage, problem.scene ? `scene ${problem.scene}` : null].filter(Boolean).join(', ');
  const lines = [
    `${problem.title} (${problem.code}${place === '' ? '' : ` in ${place}`})`,
    problem.detail ?? '',
    ...(problem.errors ?? []).map((error) => `  ${error.pointer}: ${error.message}`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** Long enough for the API to be started again after it was killed. */
const GIVE_UP_AFTER_MS = 30_000;
const RETRY_AFTER_MS = 250;

/** Speaks to the API like any product backend would. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  /** Uploads bytes as they are. */
  upload(bytes: Buffer, contentType: string): Promise<Asset> {
    return this.send<Asset>('/v1/assets', {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': contentType },
    });
  }

  /** Submits a job; safe to repeat, because the body carries its idempotency key. */
  submit(job: Record<string, unknown>): Promise<Job> {
    const headers = { 'content-type': 'application/json' };
    return this.send<Job>('/v1/jobs', { method: 'POST', body: JSON.stringify(job), headers });
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>(path, {});
  }

  /** The bytes behind a signed URL. */
  async download(asset: Asset): Promise<Buffer> {
    const response = await this.fetchPatiently(new URL(asset.url, this.baseUrl), {});
    if (!response.ok) throw new Error(`asset ${asset.asset_id} answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  private async send<T>(path: string, init: RequestInit): Promise<T> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` };
    const response = await this.fetchPatiently(new URL(path, this.baseUrl), { ...init, headers });
    const text = await response.text();
    // Wire parsing: the contract fixes the shape.
    if (response.ok) return JSON.parse(text) as T;
    throw new ApiProblem(response.status, parseProblem(text, response.status));
  }

  /** Tries again while nobody answers: a killed API is back in a second. */
  private async fetchPatiently(url: URL, init: RequestInit): Promise<Response> {
    const deadline = Date.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      try {
        return await fetch(url, { ...init, signal: AbortSignal.timeout(90_000) });
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(RETRY_AFTER_MS);
      }
    }
  }
}

function parseProblem(text: string, status: number): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return { title: `The API answers ${status}`, code: 'unknown' };
  }
}
