import { z } from 'zod';
import type { Floor } from '../fault-server';
import { fault, type Reply } from './faults';
import { jsonOf, type WireRequest } from './provider';
import { settings } from './settings';

/**
 * The operator's side of the fault server:
 * `POST script` a list of faults, added to those that wait · `DELETE script` · `PUT settings` some of the settings ·
 * `GET ledger` what would be billed, and every request · `DELETE ledger` · `GET summary` creates by prompt.
 */
export function controlReply(floor: Floor, request: WireRequest): Reply {
  const asked = `${request.method} ${request.path.slice('/_control/'.length)}`;
  switch (asked) {
    case 'POST script':
      return addFaults(floor, request.body);
    case 'DELETE script':
      floor.script.length = 0;
      return ok();
    case 'PUT settings':
      return change(floor, request.body);
    case 'GET ledger':
      return { status: 200, body: { creates: floor.creates, requests: floor.requests.map(({ headers: _, said: _said, ...rest }) => rest), connections: floor.connections } };
    case 'DELETE ledger':
      floor.creates.length = 0;
      floor.requests.length = 0;
      return ok();
    case 'GET summary':
      return { status: 200, body: summaryOf(floor) };
    default:
      return { status: 404, body: { detail: 'no such control' } };
  }
}

function ok(): Reply {
  return { status: 200, body: { ok: true } };
}

function refused(issues: readonly { message: string }[]): Reply {
  return { status: 400, body: { detail: issues.map(({ message }) => message) } };
}

function addFaults(floor: Floor, body: Buffer): Reply {
  const parsed = z.array(fault).safeParse(JSON.parse(body.toString('utf8')));
  if (!parsed.success) return refused(parsed.error.issues);
  floor.script.push(...parsed.data);
  return ok();
}

function change(floor: Floor, body: Buffer): Reply {
  const parsed = settings.safeParse({ ...floor.settings, ...jsonOf(body) });
  if (!parsed.success) return refused(parsed.error.issues);
  Object.assign(floor.settings, parsed.data);
  return ok();
}

/** How often each piece of work was created: more than once is a double payment. */
function summaryOf({ creates }: Floor): { creates: number; by_prompt: Record<string, number>; most: number } {
  const by_prompt: Record<string, number> = {};
  for (const { provider, prompt } of creates) by_prompt[`${provider} ${prompt}`] = (by_prompt[`${provider} ${prompt}`] ?? 0) + 1;
  return { creates: creates.length, by_prompt, most: Math.max(0, ...Object.values(by_prompt)) };
}
