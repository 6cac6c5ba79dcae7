import type { Request } from 'express';
import { z } from 'zod';
import { requestInvalid } from '../contracts/errors';
import { fieldErrors } from '../contracts/field-errors';

/**
 * The checked query of a request; an empty value counts as none, an unknown name is an error like an unknown field.
 * @throws ProblemError `request_invalid` with pointers under `/query`
 */
export function readQuery<Query extends z.ZodObject>(request: Request, query: Query): z.infer<Query> {
  const given = Object.fromEntries(Object.entries(request.query).filter(([, value]) => value !== ''));
  const parsed = query.safeParse(given);
  if (parsed.success) return parsed.data;
  throw requestInvalid(fieldErrors(parsed.error.issues, given).map((error) => ({ ...error, pointer: `/query${error.pointer}` })));
}

/** A whole number in a query, written in digits. */
export function count(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most}`);
}

/** `?validate_only=true` of whatever creates a job. */
export const DRY_RUN = z.strictObject({
  validate_only: z.enum(['true', 'false']).transform((value) => value === 'true').optional(),
});
