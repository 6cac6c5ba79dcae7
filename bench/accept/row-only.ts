import { randomUUID } from 'node:crypto';
import express from 'express';
import { createPool } from '../../db/pool';

/**
 * The least that a durable accept can be: Express 5 parses a body and inserts one row. Prints its port. The limit that the
 * product's door is compared with.
 */
async function main(): Promise<void> {
  const pool = createPool(process.env['DATABASE_URL'] ?? '', 16);
  await pool.query('create table if not exists rows_only (id text primary key, key text unique not null, body jsonb not null, at timestamptz not null default now())');
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());
  app.post('/v1/jobs', async (request, response) => {
    const id = randomUUID();
    const body: { idempotency_key: string } = request.body;
    await pool.query({ name: 'insert', text: 'insert into rows_only (id, key, body) values ($1, $2, $3)', values: [id, body.idempotency_key, JSON.stringify(body)] });
    response.status(202).json({ job_id: id, status: 'accepted' });
  });
  const server = app.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
  });
}

void main();
