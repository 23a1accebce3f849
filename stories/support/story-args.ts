import type { ArgTypes } from '@storybook/react-vite';
import type { HardenedStiggProviderProps } from 'hardened-stigg';
import type { WorldArgs } from './world';

/** The controls of every story: for the world, and for the timeouts and retries of the provider. */
export type StoryArgs = WorldArgs & Pick<HardenedStiggProviderProps, 'retries' | 'timeoutMs'>;

export const STORY_ARGS: StoryArgs = {
  customerId: 'acme',
  endpoint: 'answers',
  vouches: false,
  stigg: 'answers',
  latencyMs: 300,
  lifetimeS: 60,
  enforced: true,
  retries: 3,
  timeoutMs: 10_000,
};

const WORLD = { category: 'World' };

const select = <T extends string>(labels: Record<T, string>) => ({
  options: Object.keys(labels),
  control: { type: 'select' as const, labels },
});

export const STORY_ARG_TYPES: ArgTypes<StoryArgs> = {
  customerId: {
    name: 'Signed in as',
    description: 'Whom the app’s own session belongs to.',
    table: WORLD,
    ...select({
      acme: 'Acme, on the Pro plan',
      globex: 'Globex, on the Free plan',
      nobody: 'Nobody: the endpoint answers 401',
    }),
  },
  endpoint: {
    name: 'Identity endpoint',
    description: 'What it answers.',
    table: WORLD,
    ...select({
      answers: 'Answers',
      'fails-twice': 'Fails twice (500), then answers',
      'http-500': 'Fails: HTTP 500',
      'http-403': 'Refuses: HTTP 403',
      'login-page': 'Gives a login page (HTML)',
      'wrong-customer': 'Gives another customer’s token',
      'wrong-secret': 'Signs with another environment’s secret',
      unreachable: 'Cannot be reached',
      silent: 'Never answers',
    }),
  },
  vouches: {
    name: 'Entitlements',
    description: 'Whether the identity says what the customer may use.',
    table: WORLD,
    control: 'boolean',
  },
  stigg: {
    name: 'Stigg',
    description: 'Whether Stigg’s API answers.',
    table: WORLD,
    ...select({ answers: 'Answers', silent: 'Never answers' }),
  },
  enforced: {
    name: 'Enforcement',
    description: 'Whether Stigg refuses customer requests without a token that verifies.',
    table: WORLD,
    control: 'boolean',
  },
  sdkFile: {
    name: 'File with Stigg’s SDK',
    description: 'What becomes of it. It takes five times the latency.',
    table: WORLD,
    if: { arg: 'sdkFile', exists: true },
    ...select({ arrives: 'Arrives', missing: 'Is not there: HTTP 404', silent: 'Never arrives' }),
  },
  latencyMs: {
    name: 'Latency (ms)',
    description: 'Before each answer.',
    table: WORLD,
    control: { type: 'range', min: 0, max: 3000, step: 50 },
  },
  lifetimeS: {
    name: 'Token lifetime (s)',
    description: 'After half of it, the next token is requested. 0: it does not expire.',
    table: WORLD,
    control: { type: 'range', min: 0, max: 120, step: 2 },
  },
  retries: {
    description: 'How often a failed identity request is repeated.',
    table: { category: 'Provider' },
    control: { type: 'range', min: 0, max: 5, step: 1 },
  },
  timeoutMs: {
    description: 'Milliseconds that one identity request, and then Stigg, may take.',
    table: { category: 'Provider' },
    control: { type: 'range', min: 200, max: 20_000, step: 100 },
  },
};
