/** What an attacker sends to read another customer, with nothing but the key that every page shows. */
export interface Attack {
  name: string;
  how: string;
  /** The token to send; `null` for none. */
  token: (attempt: Attempt) => string | null;
}

export interface Attempt {
  /** The customer whose data the attacker wants. */
  victimId: string;
  /** A token of the attacker's own account, which the app's backend signed. */
  ownToken: string;
}

export const ATTACKS: readonly Attack[] = [
  {
    name: 'No token',
    how: 'The public key and a guessed customer id.',
    token: () => null,
  },
  {
    name: 'A forged token',
    how: 'The right format, signed without the secret.',
    token: ({ victimId }) => `HMAC-SHA256 ${victimId}:${'5ca1ab1e'.repeat(8)}`,
  },
  {
    name: 'Another customer’s token',
    how: 'A real one, of the attacker’s own account.',
    token: ({ ownToken }) => ownToken,
  },
];

/** What Stigg answered to an attack. */
export type Verdict =
  | { result: 'leaked'; status: number; features: string[] }
  | { result: 'refused'; status: number; code: string }
  | { result: 'failed' };

/** Requests what the victim may use, as `curl` would. */
export async function run(
  attack: Attack,
  attempt: Attempt,
  { apiKey, baseEdgeUri }: { apiKey: string; baseEdgeUri: string },
): Promise<Verdict> {
  const token = attack.token(attempt);
  try {
    const response = await fetch(
      `${baseEdgeUri}/v1/c/${encodeURIComponent(attempt.victimId)}/entitlements.json`,
      { headers: { 'X-API-KEY': apiKey, ...(token && { 'X-CUSTOMER-KEY': token }) } },
    );
    const { status } = response;
    const { data, errors } = await response.json();
    if (!response.ok) return { result: 'refused', status, code: errors[0].message };
    const features = data.entitlements.map(
      (entitlement: { feature: { displayName: string } }) => entitlement.feature.displayName,
    );
    return { result: 'leaked', status, features };
  } catch {
    return { result: 'failed' };
  }
}
