import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { DecisionSignal } from '../contracts/plan';
import type { Gate } from '../contracts/vocabulary';

/** A reviewer's decision. Handled synchronously, never throws; repeated ids are ignored. */
export const decideSignal = defineSignal<[DecisionSignal]>('decide');

/** A cap was raised, or an operator settled a submit of unknown fate: parked work goes on. */
export const unparkSignal = defineSignal('unpark');

/** The deadline of a gate's round has passed, as Postgres has it: a workflow that was reset counts its time anew. */
export const expireSignal = defineSignal<[{ gate: Gate; revision: number }?]>('expire');

/** Where the run stands, one entry per item, for operators. */
export const progressQuery = defineQuery<{ item: string; status: string; generation: number }[]>('progress');
