import type { Response } from 'express';

/** Aborted when the caller goes away, or when the answer is complete. */
export function closing(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
