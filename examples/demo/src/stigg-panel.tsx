import type { EmulatorRequest } from 'hardened-stigg/emulator';
import { useStiggFeed } from './use-stigg-feed';

const signature = ({ hasToken, isVerified }: EmulatorRequest) =>
  isVerified ? 'verified' : hasToken ? 'wrong' : 'none';

export function StiggPanel() {
  const { requests } = useStiggFeed();
  return (
    <section className="card wide" aria-labelledby="stigg-title">
      <h3 id="stigg-title">What Stigg saw</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls, so the keyboard must reach it */}
      <section className="log" tabIndex={0} aria-label="Requests to Stigg, newest first">
        <table>
          <thead>
            <tr>
              <th scope="col" className="number">
                #
              </th>
              <th scope="col">From</th>
              <th scope="col">Operation</th>
              <th scope="col">Customer</th>
              <th scope="col">Signature</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((request) => (
              <tr key={request.number} className={request.status < 400 ? 'ok' : 'refused'}>
                <td className="number">{request.number}</td>
                <td>{request.key === 'server' ? 'backend' : 'browser'}</td>
                <td className="operation">{request.operation}</td>
                <td>{request.customerId ?? <span className="quiet">public</span>}</td>
                <td className="signature">
                  {request.key === 'server' ||
                  (request.customerId === null && !request.hasToken) ? (
                    <span className="quiet">not needed</span>
                  ) : (
                    <span className={`badge ${signature(request)}`}>{signature(request)}</span>
                  )}
                </td>
                <td className="answer">{request.status}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {requests.length === 0 && <p className="hint">Nothing yet.</p>}
      </section>
    </section>
  );
}
