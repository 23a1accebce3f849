/*
 * The only file of this entry that imports Stigg's SDK. It is loaded by `import()`.
 */
import * as sdk from '@stigg/react-sdk';
import { type PropsWithChildren, useEffect } from 'react';
import { useStiggValue } from '../react/use-stigg-value';
import { surviveRefusals } from '../stigg/survive-refusals';
import type { LazyStigg } from './context';

export { sdk };

interface StiggBridgeProps extends sdk.StiggProviderProps {
  onContext: (context: sdk.StiggContextValue) => void;
}

/** Renders `StiggProvider` next to the app, and passes its context up. Wrapped around the app, it would remount the app. */
export function StiggBridge({ onContext, ...props }: StiggBridgeProps) {
  return (
    <sdk.StiggProvider {...props}>
      <HandUp onContext={onContext} />
    </sdk.StiggProvider>
  );
}

function HandUp({ onContext }: Pick<StiggBridgeProps, 'onContext'>) {
  const context = sdk.useStiggContext();
  useEffect(() => {
    surviveRefusals(context.stigg);
    onContext(context);
  }, [onContext, context]);
  return null;
}

interface WidgetHostProps extends Omit<LazyStigg, 'stigg' | 'context' | 'sdk'> {
  context: sdk.StiggContextValue;
}

/** Gives a widget Stigg's own context, with the stand-in as its client. */
export function WidgetHost({
  context,
  owner,
  resourceId,
  version,
  children,
}: PropsWithChildren<WidgetHostProps>) {
  const value = useStiggValue(context, owner, resourceId, version);
  return <sdk.StiggContext.Provider value={value}>{children}</sdk.StiggContext.Provider>;
}
