import { Client, type ClientConfig } from 'pg';

const OF_DATABASE = Symbol('of the connection to Postgres');

/** A client that marks what goes wrong with its connection: by itself, `ECONNREFUSED` does not say who refused. */
export class MarkedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // Heard before the client itself hears it, so whoever waits for an answer is given a marked error.
    this.connection.on('error', mark);
  }
}

/** Whether an error is one of a `MarkedClient`'s connection. */
export function isMarked(error: unknown): boolean {
  return typeof error === 'object' && error !== null && OF_DATABASE in error;
}

function mark(error: Error): void {
  Object.defineProperty(error, OF_DATABASE, { value: true });
}
