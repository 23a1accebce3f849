import { ATTACKS, type Verdict } from './attacks';

function Result({ verdict }: { verdict: Verdict | undefined }) {
  if (!verdict) return <span className="quiet">not tried yet</span>;
  if (verdict.result === 'failed') return <span className="badge bad">no answer</span>;
  return verdict.result === 'refused' ? (
    <span className="badge good">
      refused: {verdict.status} {verdict.code}
    </span>
  ) : (
    <span className="badge bad">leaked: {verdict.status} OK</span>
  );
}

/** The three attacks, and the result of each. */
export const AttackList = ({ verdicts }: { verdicts: readonly Verdict[] }) => (
  <ol className="attacks">
    {ATTACKS.map(({ name, how }, index) => (
      <li key={name}>
        <strong>{name}</strong> <span className="how">{how}</span>{' '}
        <Result verdict={verdicts[index]} />
      </li>
    ))}
  </ol>
);

/** What the verdicts mean, in a sentence. */
export function Conclusion({
  verdicts,
  victimId,
}: {
  verdicts: readonly Verdict[];
  victimId: string;
}) {
  if (verdicts.length < ATTACKS.length) return null;
  const leak = verdicts.find((verdict) => verdict.result === 'leaked');
  if (leak) {
    return (
      <p className="conclusion bad">
        The attacker reads what {victimId} pays for: {leak.features.join(', ')}.
      </p>
    );
  }
  if (verdicts.every(({ result }) => result === 'refused')) {
    return <p className="conclusion good">Stigg tells nobody else anything about {victimId}.</p>;
  }
  return null;
}
