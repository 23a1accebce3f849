import type {} from '../preload'; // for the type of what it leaves
import type { Identity, IdentityEndpoint } from '../types';
import { withDeadline } from '../with-deadline';
import { readIdentity } from './fetch';

/** An answer that is older may be that of another user. */
const MAX_AGE_MS = 30_000;

async function take(endpoint: string | URL): Promise<Identity | null | undefined> {
  const preloaded = globalThis.__hardenedStiggIdentity;
  if (preloaded?.url !== new URL(endpoint, document.baseURI).href) return undefined;
  globalThis.__hardenedStiggIdentity = undefined;
  const { startedAt, response } = preloaded;
  // A user who has touched the page may have signed in or out since.
  if (Date.now() - startedAt > MAX_AGE_MS || navigator.userActivation?.hasBeenActive)
    return undefined;
  const identity = await readIdentity(response, endpoint);
  // A lifetime counts from the answer, which came at some time since.
  if (identity?.expiresIn != null) identity.expiresIn -= (Date.now() - startedAt) / 1000;
  return identity;
}

/**
 * The answer to the request that `preloadIdentity()` started for this endpoint, once; `undefined` if there is
 * none, or none that can be used. Never rejects.
 */
export const takePreloadedIdentity = async (
  { identityEndpoint, timeoutMs }: { identityEndpoint: IdentityEndpoint; timeoutMs: number },
  signal: AbortSignal,
): Promise<Identity | null | undefined> =>
  typeof identityEndpoint === 'function'
    ? undefined
    : withDeadline(signal, timeoutMs, () => take(identityEndpoint), Error).catch(() => undefined);
