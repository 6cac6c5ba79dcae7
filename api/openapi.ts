import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { problemDetails } from '../contracts/answers.schema';
import { ERRORS } from '../contracts/errors';
import { lifecycleEvent } from '../contracts/event.schema';
import { EVENT_TYPES } from '../contracts/vocabulary';
import { OPERATIONS, type Operation, type Shape } from './operations';

type Json = Record<string, unknown>;

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}

/** OpenAPI 3.1 from the same schemas that check requests. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Understudy', version, description: 'Avatars from photos, talking videos from scripts.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ service_token: [] }],
    paths,
    components: {
      securitySchemes: { service_token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problemDetails, 'output'), Event: schemaOf(lifecycleEvent, 'output') },
    },
  };
}

function describe(operation: Operation): Json {
  const roles = operation.roles ? ` Roles: ${operation.roles.join(', ')}.` : '';
  return {
    operationId: operationId(operation),
    summary: operation.summary,
    description: `${operation.summary}.${roles}`,
    ...(operation.roles ? {} : { security: [] }),
    parameters: [...pathParameters(operation), ...queryParameters(operation), ...keyParameter(operation)],
    ...(operation.body ? { requestBody: requestBody(operation.body, operation.keyed === true) } : {}),
    responses: { ...goodAnswers(operation), ...problemAnswers(operation) },
  };
}

function operationId({ method, path }: Operation): string {
  return `${method}_${path.replaceAll(/[^a-z0-9]+/gi, '_').replace(/^_|_$/g, '')}`;
}

function pathParameters({ path }: Operation): Json[] {
  return [...path.matchAll(/\{([a-z_]+)\}/g)].map((match) => ({ name: match[1], in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters({ query = {} }: Operation): Json[] {
  return Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, schema: { type: 'string' } }));
}

function keyParameter({ keyed }: Operation): Json[] {
  const description = 'Instead of, or equal to, idempotency_key in the body; bare or in double quotes';
  return keyed ? [{ name: 'Idempotency-Key', in: 'header', description, schema: { type: 'string' } }] : [];
}

function requestBody(body: NonNullable<Operation['body']>, keyed: boolean): Json {
  if (body !== 'upload') {
    const schema = schemaOf(body, 'input');
    return { required: true, content: { 'application/json': { schema: keyed ? withoutKey(schema) : schema } } };
  }
  const file = { type: 'string', contentMediaType: 'application/octet-stream' };
  const form = { type: 'object', properties: { file }, required: ['file'] };
  return { required: true, content: { 'multipart/form-data': { schema: form }, '*/*': { schema: {} } } };
}

/** The key may come in the header, and a dry run needs none, so no body has to have it. */
function withoutKey(schema: Json): Json {
  const members = z.array(z.record(z.string(), z.unknown())).safeParse(schema['oneOf']).data;
  if (members) return { ...schema, oneOf: members.map(withoutKey) };
  const required = z.array(z.string()).parse(schema['required'] ?? []);
  return { ...schema, required: required.filter((name) => name !== 'idempotency_key') };
}

function goodAnswers({ answer, status, also = {} }: Operation): Json {
  const shapes: [string, Shape][] = [[String(status), answer], ...Object.entries(also)];
  return Object.fromEntries(shapes.map(([at, shape]) => [at, { description: STATUS_CODES[at] ?? 'OK', ...contentOf(shape) }]));
}

function contentOf(shape: Shape): Json {
  if (shape === null) return {};
  if (typeof shape === 'string') return { content: { [shape]: { schema: {} } } };
  return { content: { 'application/json': { schema: schemaOf(shape, 'output') } } };
}

const ANY_HOLDER = ['token_missing', 'token_invalid', 'too_many_requests', 'temporarily_unavailable'] as const;
const ANY_BODY = ['body_too_large', 'media_type_unsupported'] as const;

function problemAnswers({ problems, roles, body }: Operation): Json {
  const codes = new Set([...problems, ...(body ? ANY_BODY : []), ...(roles ? ANY_HOLDER : [])]);
  const byStatus = new Map<number, string[]>();
  for (const code of codes) byStatus.set(ERRORS[code].status, [...(byStatus.get(ERRORS[code].status) ?? []), code]);
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries([...byStatus].map(([status, names]) => [status, { description: names.join(', '), content }]));
}

/** AsyncAPI 3.0: what a callback receives. */
export function asyncApiDocument(version: string): Json {
  const messages = Object.fromEntries(EVENT_TYPES.map((type) => [messageName(type), messageOf(type)]));
  const references = EVENT_TYPES.map((type) => ({ $ref: `#/channels/callback/messages/${messageName(type)}` }));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Understudy lifecycle events', version, description: 'Signed as Standard Webhooks 1.0 says; in order per job; webhook-id is the id of the event.' },
    defaultContentType: 'application/json',
    channels: {
      callback: {
        address: '{callback_url}',
        description: 'The `callback.url` of the job; the same events stand in GET /v1/jobs/{job_id}/events.',
        parameters: { callback_url: { description: 'The address that the job names' } },
        messages,
      },
    },
    operations: { sendEvent: { action: 'send', channel: { $ref: '#/channels/callback' }, messages: references } },
  };
}

function messageName(type: string): string {
  return type.replaceAll('.', '_');
}

function messageOf(type: string): Json {
  const headers = {
    type: 'object',
    properties: { 'webhook-id': { type: 'string' }, 'webhook-timestamp': { type: 'string' }, 'webhook-signature': { type: 'string' } },
    required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  };
  const payload = schemaOf(lifecycleEvent, 'output');
  const properties = { ...(payload['properties'] as Json), type: { const: type } };
  return { name: type, title: type, headers, payload: { ...payload, properties } };
}
