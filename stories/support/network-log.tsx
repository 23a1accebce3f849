import { useWorld } from './use-world';
import type { LogEntry, World } from './world';

const VERDICT = { verified: 'good', wrong: 'bad', none: 'bad' } as const;

function Signature({ signature }: LogEntry) {
  if (signature === null) return <span className="quiet">–</span>;
  if (signature === 'public') return <span className="quiet">{signature}</span>;
  return <span className={`badge ${VERDICT[signature]}`}>{signature}</span>;
}

const isRefused = ({ status }: LogEntry) => status === 'failed' || (status ?? 0) >= 400;

/** The requests of one world, newest first. Never a token. Not a live region: it changes too often. */
export function NetworkLog({
  world,
  title = 'What the network saw',
}: {
  world: World;
  title?: string;
}) {
  const { log } = useWorld(world);
  return (
    <section className="card log-card">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls, so the keyboard must reach it */}
      <section className="log" tabIndex={0} aria-label={`${title}, newest first`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col">Customer</th>
              <th scope="col">Signature</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {log
              .map((entry, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added
                <tr key={index} className={isRefused(entry) ? 'refused' : undefined}>
                  <td>
                    {entry.to === 'Stigg' && <span className="quiet">Stigg </span>}
                    {entry.what}
                  </td>
                  <td>{entry.customerId ?? <span className="quiet">–</span>}</td>
                  <td>
                    <Signature {...entry} />
                  </td>
                  <td className="number answer">{entry.status ?? '…'}</td>
                </tr>
              ))
              .reverse()}
          </tbody>
        </table>
        {log.length === 0 && <p className="quiet">Nothing yet.</p>}
      </section>
    </section>
  );
}
