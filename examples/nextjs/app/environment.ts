import 'server-only';
import { randomUUID } from 'node:crypto';

/** Whether Stigg is emulated: without a publishable key of a real environment. */
export const isEmulated = () => !process.env.STIGG_API_KEY;

/**
 * Called for every request, and not as a module loads: `next build` loads the modules of all routes, on
 * machines that should not have the secret.
 */
export function signingSecret(): string {
  if (isEmulated()) process.env.STIGG_SIGNING_SECRET ||= randomUUID();
  return process.env.STIGG_SIGNING_SECRET ?? ''; // with an empty one, signing throws
}
