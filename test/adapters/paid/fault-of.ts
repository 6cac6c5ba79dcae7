/**
 * The fields of the fault that some work ends with; fails where it ends well, where the error has a cause, or where anything
 * in it says what the test planted.
 */
export async function faultOf(work: Promise<unknown>, planted: RegExp): Promise<Record<string, unknown>> {
  const error: unknown = await work.then(() => null, (thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('The work did not fail.');
  expect(`${error.message} ${JSON.stringify(error)} ${error.stack ?? ''}`).not.toMatch(planted);
  expect(error.cause).toBeUndefined();
  return { ...error, name: error.name };
}
