import { AttackerPanel } from './attacker-panel';
import { CustomerPanel } from './customer-panel';
import { FeaturesPanel } from './features-panel';
import { PricingPanel } from './pricing-panel';
import { RotationPanel } from './rotation-panel';
import { StiggPanel } from './stigg-panel';

export function App() {
  return (
    <>
      <header className="page-header">
        <h1>
          hardened-<span>stigg</span>
        </h1>
        <p>
          The key in this page is public. Sign in, then play the attacker: only a token that your
          backend signed opens a customer’s data, once enforcement is on.
        </p>
      </header>
      <main>
        <div className="column">
          <h2 className="column-title">Your app</h2>
          <CustomerPanel />
          <FeaturesPanel />
          <RotationPanel />
        </div>
        <div className="column">
          <h2 className="column-title">Behind it</h2>
          <AttackerPanel />
          <StiggPanel />
        </div>
        <PricingPanel />
      </main>
      <footer>
        Everything runs on this machine: an emulator of Stigg’s API, which really verifies the HMAC,
        and a backend with Stigg’s own server SDK.
      </footer>
    </>
  );
}
