import type { StiggProviderProps } from '@stigg/react-sdk';
import type { PropsWithChildren } from 'react';
import type { HardenedStiggError } from '../errors';
import type { Identity, IdentityEndpoint } from '../types';

/** Who is signed in: requested from your backend, or told by a prop. */
export type IdentitySource =
  | {
      /** The URL of your identity endpoint, or a function. A new value alone requests nothing. */
      identityEndpoint: IdentityEndpoint;
      /**
       * The identity, if it is known already (server-rendered); `null` for a visitor. Used once, in place of the
       * first request, and not after anybody has signed out or in on this page.
       */
      initialIdentity?: Identity | null | undefined;
      /** Not with an `initialIdentity`. */
      identity?: never;
    }
  | {
      /**
       * The identity, followed as `<StiggProvider customerId customerToken>` follows its props: another token is a
       * rotation, another customer starts over in that very render, `null` is a visitor, and `undefined` is still
       * loading.
       */
      identity: Identity | null | undefined;
      /**
       * What `refresh()` requests, and what gives the next token in time. Without it, `refresh()` gives Stigg the same
       * `identity` again, and a token that runs out is `identity_invalid`.
       */
      identityEndpoint?: IdentityEndpoint | undefined;
      /** Not with an `identity`. */
      initialIdentity?: never;
    };

/** The props that do not depend on where the identity comes from. */
export interface HardenedStiggOptions {
  /**
   * Anything that changes with each login, such as your session id. A change starts over with nothing granted;
   * `null` is signed out, and requests nothing until `refresh()`. Left out: call `refresh()` and `signOut()`
   * yourself.
   */
  sessionKey?: string | number | null | undefined;
  /**
   * `false` while your auth library does not know yet who is signed in: the status is `loading`, and nothing is
   * requested. Default: `true`.
   */
  enabled?: boolean | undefined;
  /** How often a failed identity request is repeated, with exponential backoff. Default: 3. */
  retries?: number | undefined;
  /** Milliseconds that one identity request may take, and then Stigg (60,000 at most). Default: 10,000. */
  timeoutMs?: number | undefined;
  /** Milliseconds before a token expires at which the next is requested; at most half its lifetime. Default: 60,000. */
  refreshMarginMs?: number | undefined;
  /**
   * Whether this tab requests its identity again when another tab of the origin settles on another customer or
   * on nobody, and when it becomes visible after more than five minutes. Default: `true`.
   */
  syncTabs?: boolean | undefined;
  /** Called once for every load that fails after its retries; also while an earlier customer stays `ready`. */
  onError?: ((error: HardenedStiggError) => void) | undefined;
}

/** Every prop of `StiggProvider` except those of the identity, and the props of this provider. */
export type HardenedStiggProviderProps = PropsWithChildren<
  Omit<StiggProviderProps, 'customerId' | 'customerToken' | 'stiggClient'> &
    HardenedStiggOptions &
    IdentitySource
>;
