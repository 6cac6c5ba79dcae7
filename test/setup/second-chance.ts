/**
 * Real servers on a small, busy machine now and then stumble. A test that fails is tried once more, and the first error is
 * printed all the same; one that fails twice has failed.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
