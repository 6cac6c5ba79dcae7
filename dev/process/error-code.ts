/** `ENOENT`, `ESRCH`, `28P01`: the code of a system or database error, whatever realm it comes from; null without one. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
