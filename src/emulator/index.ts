/**
 * Stigg's API, emulated for tests, demos and CI. Needs the Fetch standard and Web Crypto only.
 *
 * @module hardened-stigg/emulator
 */

export type {
  EntitledFeature,
  Entitlement,
  EntitlementAnswer,
  Entitlements,
  MeteredLimit,
} from '../entitlements/types';
export type {
  EmulatorFailure,
  EmulatorRequest,
  StiggEmulator,
  StiggEmulatorOptions,
} from './create-emulator';
export { createStiggEmulator } from './create-emulator';
export type {
  EmulatorCustomer,
  EmulatorPlan,
  EmulatorResource,
} from './customers';
export type { StiggOperation } from './parse-operations';
