import type { CapabilityName } from '../../adapters/capabilities/adapter';
import type { PaidOperation, WebhookReport } from '../../adapters/capabilities/paid-operation';
import type { ProviderAccount } from '../../adapters/provider-family';
import type { FaultKind } from '../../contracts/operation';
import type { FaultServer } from './fault-server';
import type { Fault } from './server/faults';

/** One adapter in the table of conformance. */
export interface PaidRow {
  capability: CapabilityName;
  name: string;
  /** Names of the server's routes that this work goes over; jobs have all of them, direct calls the first one. */
  routes: { submit: string; status?: string; result?: string; file?: string };
  /** The operation that the adapter describes for one fixed request, asking at this address, for jobs within these bounds. */
  operation(url: string, most?: ProviderAccount['most']): Promise<PaidOperation>;
  /** What the result must hold. */
  expectFiles(files: Record<string, Buffer>): void;
  /** Where this family reads an answer otherwise than its status says. */
  kinds?: Partial<Record<string, FaultKind>>;
  /** Bodies of refusals by this family's own codes, and what they mean. */
  codes: { name: string; on: 'submit' | 'result'; status: number; headers?: Record<string, string>; body: unknown; kind: FaultKind }[];
  receive?(report: { headers: Record<string, string>; body: Uint8Array }, url: string): Promise<WebhookReport | null>;
}

/** What a suite works with: the server, the operation that is asked of it, and what goes wrong next at a route. */
export interface Bench {
  server: FaultServer;
  operation: PaidOperation;
  script(route: string | undefined, ...faults: Partial<Fault>[]): void;
}
