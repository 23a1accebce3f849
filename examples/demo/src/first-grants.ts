/** Where the grant came from: from the backend, with the identity, or from Stigg. */
type Source = 'backend' | 'Stigg';

interface FirstGrant {
  featureId: string;
  by: Source;
  /** Milliseconds since the navigation to this page. */
  at: number;
}

/** What was granted to one customer on this page, and when first. */
export interface FirstGrants {
  customerId: string | null;
  grants: readonly FirstGrant[];
  /** When Stigg itself had answered, in milliseconds since the navigation. */
  stiggAt: number | null;
}

export const NO_GRANTS: FirstGrants = { customerId: null, grants: [], stiggAt: null };

/** What one render read. */
export interface GrantReading {
  customerId: string | null;
  granted: readonly string[];
  by: Source;
  now: number;
}

/** The same object if this render brought nothing new; another customer starts over. */
export function note(before: FirstGrants, reading: GrantReading): FirstGrants {
  const { customerId, granted, by, now } = reading;
  const known = before.customerId === customerId ? before : { ...NO_GRANTS, customerId };
  const news = granted.filter((id) => !known.grants.some(({ featureId }) => featureId === id));
  const isAnswered = known.stiggAt === null && by === 'Stigg';
  if (known === before && news.length === 0 && !isAnswered) return before;
  return {
    customerId,
    grants: [...known.grants, ...news.map((featureId) => ({ featureId, by, at: now }))],
    stiggAt: isAnswered ? now : known.stiggAt,
  };
}
