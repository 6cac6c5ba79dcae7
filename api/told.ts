import { isGrpcServiceError } from '@temporalio/client';

/**
 * What came of telling Temporal something. `told`: it has it, or had it before. `nobody`: there is no such workflow, not yet or
 * not any more. `refused`: it will not take this one, whatever it does with others. `away`: it would not take others either.
 */
export type Told = 'told' | 'nobody' | 'refused' | 'away';

/** INVALID_ARGUMENT, FAILED_PRECONDITION and OUT_OF_RANGE of gRPC: the request is at fault, not the server. */
const AT_FAULT = new Set([3, 9, 11]);

/** `refused` where the request is at fault, so that one of them does not hold up all others. */
export function toldByError(error: unknown): 'refused' | 'away' {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isGrpcServiceError(cause) && AT_FAULT.has(cause.code) ? 'refused' : 'away';
}

/** Tells a few at a time, in order, until the server is away. False where it was. */
export async function tellAll<T>(items: T[], atOnce: number, tell: (item: T) => Promise<Told>): Promise<boolean> {
  for (let index = 0; index < items.length; index += atOnce) {
    const told = await Promise.all(items.slice(index, index + atOnce).map(tell));
    if (told.includes('away')) return false;
  }
  return true;
}
