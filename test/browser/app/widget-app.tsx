import { lazyWidget } from 'hardened-stigg/lazy';
import { Component, type ReactNode, useState } from 'react';
import { TestApp } from './test-app';

const Widget = lazyWidget((sdk) => {
  // biome-ignore lint/correctness/noComponentHookFactories: lazyWidget() calls this once
  return function OfTheSdk() {
    const { stigg } = sdk.useStiggContext();
    return <p data-testid="widget">{stigg.isCustomerLoaded ? 'loaded' : 'nobody'}</p>;
  };
});

class Boundary extends Component<{ children: ReactNode }, { code: string | null }> {
  override state = { code: null };
  static getDerivedStateFromError = ({ code }: { code: string }) => ({ code });
  override render() {
    const { code } = this.state;
    if (code === null) return this.props.children;
    return (
      <>
        <p data-testid="widget">{code}</p>
        <button type="button" onClick={() => this.setState({ code: null })}>
          try again
        </button>
      </>
    );
  }
}

/** The test app, and a widget of Stigg's SDK that is shown later. */
export function WidgetApp() {
  const [isShown, setShown] = useState(false);
  return (
    <>
      <TestApp />
      <button type="button" onClick={() => setShown(true)}>
        show the widget
      </button>
      {isShown && (
        <Boundary>
          <Widget fallback={<p data-testid="widget">waiting</p>} />
        </Boundary>
      )}
    </>
  );
}
