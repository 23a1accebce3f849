import { StiggProvider } from '@stigg/react-sdk';
import type { ComponentProps } from 'react';
import { renderToString } from 'react-dom/server';
import { Ours } from './ours-app';
import { Readers } from './reader';

export const renderOurs = (props: ComponentProps<typeof Ours>) =>
  renderToString(<Ours {...props} />);

/** What a server renders of the recipe: Stigg's own provider, and the readers. */
export const renderRecipe = (stigg: ComponentProps<typeof Ours>['stigg']) =>
  renderToString(
    <StiggProvider {...stigg}>
      <Readers />
    </StiggProvider>,
  );
