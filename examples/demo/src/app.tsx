import type { ReactNode } from 'react';
import { AttackerPanel } from './attacker-panel';
import { CustomerPanel } from './customer-panel';
import { FeaturesPanel } from './features-panel';
import { GrantsPanel } from './grants-panel';
import { PricingPanel } from './pricing-panel';
import { StiggPanel } from './stigg-panel';

export function App({
  rotation,
  reported,
}: {
  rotation: ReactNode;
  /** The code of each error that `onError` was told. */
  reported: readonly string[];
}) {
  return (
    <>
      <header className="page-header">
        <h1>
          hardened-<span>stigg</span>
        </h1>
        <p>
          Sign in, then try to read another customer. Once Stigg enforces hardening, only a token
          that your backend signed opens a customer’s data.
        </p>
        <a href="/compare">See how soon a customer is entitled</a>
      </header>
      <main>
        <div className="column">
          <h2 className="column-title">Your app</h2>
          <CustomerPanel />
          <FeaturesPanel />
        </div>
        <div className="column">
          <h2 className="column-title">Somebody else</h2>
          <AttackerPanel />
        </div>
        <GrantsPanel reported={reported} />
        <StiggPanel />
        {rotation}
        <PricingPanel />
      </main>
      <footer>
        Nothing leaves this machine. Stigg’s API is an emulator that really verifies tokens; the
        backend runs Stigg’s own server SDK.
      </footer>
    </>
  );
}
