import {
  type ComponentType,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useState,
} from 'react';
import { CustomerContext } from '../react/context';
import { useHardenedCustomer } from '../react/use-hardened-customer';
import { LazyStiggContext } from './context';
import { sdk as ownSdk } from './sdk';

/** What a lazy widget takes besides the props of the widget itself. */
export interface LazyWidgetProps {
  /** Shown until the SDK has loaded and Stigg has accepted the customer. Default: nothing. */
  fallback?: ReactNode;
}

/**
 * Makes a component of anything that is rendered under `StiggProvider`. Stigg's SDK is loaded when the component
 * mounts. If that fails, the component throws to the nearest error boundary, and tries again when it mounts anew.
 *
 * @param pick takes the component from the SDK; called once
 * @example
 * ```tsx
 * const CreditBalance = lazyWidget((sdk) => sdk.CreditBalance);
 * ```
 */
export function lazyWidget<Props extends object>(
  pick: (sdk: typeof import('@stigg/react-sdk')) => ComponentType<Props>,
): ComponentType<Props & LazyWidgetProps> {
  let Widget: ComponentType<Props> | undefined;

  // biome-ignore lint/correctness/noComponentHookFactories: to be called where a component is declared, as React.lazy()
  return function LazyWidget({ fallback = null, ...props }: Props & LazyWidgetProps): ReactElement {
    const { status } = useHardenedCustomer();
    const nearest = useContext(CustomerContext)?.stiggContext;
    const given = useContext(LazyStiggContext);
    // Not `given` alone: it may be that of a provider further up.
    const lazy = nearest === LazyStiggContext && given;
    const { useSdk, preloadStigg } = lazy ? lazy.sdk : ownSdk;
    const { loaded, error } = useSdk();
    const [errorBefore] = useState(error);
    useEffect(() => {
      void preloadStigg();
    }, [preloadStigg]);

    if (error && error !== errorBefore) throw error;
    if (!loaded) return <>{fallback}</>;
    Widget ??= pick(loaded.sdk);
    const widget = <Widget {...(props as unknown as Props)} />;
    if (!lazy) return widget; // under the provider of the other entry, which has Stigg's own context

    const { stigg, context, sdk, ...host } = lazy;
    const isSettled = status === 'ready' ? host.owner.getAnswers()?.client : status !== 'loading';
    if (!context || !isSettled) return <>{fallback}</>;
    return (
      <loaded.WidgetHost context={context} {...host}>
        {widget}
      </loaded.WidgetHost>
    );
  };
}
