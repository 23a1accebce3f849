import { StiggProvider, useBooleanEntitlement } from '@stigg/react-sdk';
import { renderToString } from 'react-dom/server';
import { Eager } from './eager-app';
import { Lazy } from './lazy-app';
import type { AppProps } from './ours-app';
import { counted, Readers, SSO } from './reader';

const useReading = () => counted(useBooleanEntitlement(SSO));

export const renderEager = (props: AppProps) => renderToString(<Eager {...props} />);

export const renderLazy = (props: AppProps) => renderToString(<Lazy {...props} />);

/** What a server renders of the recipe: Stigg's own provider, and the readers. */
export const renderRecipe = (stigg: AppProps['stigg']) =>
  renderToString(
    <StiggProvider {...stigg}>
      <Readers useReading={useReading} />
    </StiggProvider>,
  );
