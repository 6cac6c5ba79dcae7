import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { createTestDatabase } from './database';
import { startTestS3 } from './s3';
import { startTestTemporal } from './temporal';

test('two test databases are migrated and do not share rows', async () => {
  const [a, b] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const clients = [new Client(a.url), new Client(b.url)];
  for (const client of clients) await client.connect();
  const [first, second] = clients;
  await first?.query('CREATE TABLE only_here (x int)');
  const tables = await second?.query("SELECT to_regclass('migrations') AS made, to_regclass('only_here') AS other");
  expect(tables?.rows[0]).toEqual({ made: 'migrations', other: null });
  for (const client of clients) await client.end();
  await Promise.all([a.drop(), b.drop()]);
});

test('a test Temporal server serves our search attributes', async () => {
  const server = await startTestTemporal();
  const connection = await Connection.connect({ address: server.address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['AvatarStage', 'AvatarTenant']));
  await connection.close();
  await server.stop();
});

test('the test S3 server refuses an unsigned request, or is left out where Go is missing', async () => {
  const server = await startTestS3();
  const status = server === null ? 403 : (await fetch(`${server.endpoint}/${server.bucket}`)).status;
  await server?.stop();
  expect(status).toBe(403);
}, 1_200_000);
