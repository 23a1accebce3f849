import { useState } from 'react';
import { API_KEY, CUSTOMERS } from '../world';
import { AttackList, Conclusion } from './attack-list';
import { ATTACKS, run, type Verdict } from './attacks';
import { STIGG } from './stigg';
import { enforce, useStiggFeed } from './use-stigg-feed';

/** A token of the attacker's own account, as the backend gives one to everybody who signs in. */
async function fetchOwnToken(): Promise<string> {
  const response = await fetch('/demo/attackers-own-token');
  return response.text();
}

export function AttackerPanel() {
  const { enforced } = useStiggFeed();
  const [victimId, setVictimId] = useState(Object.keys(CUSTOMERS)[0] as string);
  const [verdicts, setVerdicts] = useState<readonly Verdict[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  async function switchEnforcement(isOn: boolean) {
    setVerdicts([]);
    setProblem(await enforce(isOn));
  }

  async function attack() {
    setVerdicts([]);
    setProblem(null);
    try {
      const attempt = { victimId, ownToken: await fetchOwnToken() };
      for (const one of ATTACKS) {
        const verdict = await run(one, attempt, STIGG);
        setVerdicts((before) => [...before, verdict]);
      }
    } catch {
      setProblem('The server did not answer.');
    }
  }

  return (
    <section className="card" aria-labelledby="attacker-title">
      <h3 id="attacker-title">The attacker</h3>
      <p className="hint">
        Every page shows the publishable key, here <code>{API_KEY}</code>. Customer ids can be
        guessed.
      </p>
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={enforced}
          aria-checked={enforced}
          onChange={(event) => switchEnforcement(event.target.checked)}
        />
        <span>
          Stigg enforces hardening: <strong>{enforced ? 'on' : 'off'}</strong>
        </span>
      </label>
      <form
        className="buttons"
        onSubmit={(event) => {
          event.preventDefault();
          void attack();
        }}
      >
        <label>
          Victim{' '}
          <select
            value={victimId}
            onChange={(event) => {
              setVictimId(event.target.value);
              setVerdicts([]);
            }}
          >
            {Object.keys(CUSTOMERS).map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <button type="submit">Try three attacks</button>
      </form>
      <AttackList verdicts={verdicts} />
      <div role="status">
        <Conclusion verdicts={verdicts} victimId={victimId} />
      </div>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
