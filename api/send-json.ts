import type { ServerResponse } from 'node:http';

/**
 * Answers with a JSON document. Express's own `json` looks at the response's headers and at the request again, for things that
 * our answers never use, and that costs as much as writing the document.
 */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
