import { fetchIdentity } from 'hardened-stigg';

/** Which token is in use, and when it ends. */
export interface Token {
  number: number;
  endsAt: number;
}

let current: Token = { number: 0, endsAt: 0 };

export const latestToken = () => current;

/** The endpoint of the provider: it does what the provider does with a URL, and records when the token ends. */
export async function fetchAndNoteIdentity({ signal }: { signal: AbortSignal }) {
  const identity = await fetchIdentity('/api/identity', { signal });
  current = {
    number: identity ? current.number + 1 : 0,
    endsAt: Date.now() + (identity?.expiresIn ?? 0) * 1000,
  };
  return identity;
}
