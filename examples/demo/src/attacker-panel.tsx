import { useState } from 'react';
import { API_KEY, CUSTOMERS } from '../world';
import { enforce, useStiggFeed } from './use-stigg-feed';

type Loot = { customerId: string; status: number; features: string[]; code: string | null };

/** All that an attacker has: the key in this page's source, and a guess. */
async function steal(customerId: string): Promise<Loot> {
  const response = await fetch(`/stigg/v1/c/${customerId}/entitlements.json`, {
    headers: { 'X-API-KEY': API_KEY },
  });
  const { data, errors } = await response.json();
  return {
    customerId,
    status: response.status,
    features:
      data?.entitlements.map(
        (entitlement: { feature: { displayName: string } }) => entitlement.feature.displayName,
      ) ?? [],
    code: errors?.[0]?.message ?? null,
  };
}

export function AttackerPanel() {
  const { enforced } = useStiggFeed();
  const [guess, setGuess] = useState(Object.keys(CUSTOMERS)[0] as string);
  const [loot, setLoot] = useState<Loot | null>(null);

  return (
    <section className="card" aria-labelledby="attacker-title">
      <h3 id="attacker-title">The attacker</h3>
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={enforced}
          aria-checked={enforced}
          onChange={(event) => {
            setLoot(null);
            void enforce(event.target.checked);
          }}
        />
        <span>
          Stigg enforces hardening: <strong>{enforced ? 'on' : 'off'}</strong>
        </span>
      </label>
      <form
        className="attack"
        onSubmit={async (event) => {
          event.preventDefault();
          setLoot(await steal(guess));
        }}
      >
        <p>
          Publishable key, from this page’s source: <code>{API_KEY}</code>
        </p>
        <label>
          Guessed customer id{' '}
          <select value={guess} onChange={(event) => setGuess(event.target.value)}>
            {Object.keys(CUSTOMERS).map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <button type="submit">Read their entitlements</button>
      </form>
      <div role="status" className="loot">
        {loot &&
          (loot.code ? (
            <p className="refused">
              <strong>
                {loot.status} {loot.code}
              </strong>{' '}
              Without a token that the backend signed, Stigg tells nothing about {loot.customerId}.
            </p>
          ) : (
            <p className="leaked">
              <strong>{loot.status} OK</strong> The attacker reads what {loot.customerId} pays for:{' '}
              {loot.features.join(', ')}.
            </p>
          ))}
      </div>
    </section>
  );
}
