/**
 * Stigg's API, played: for tests, demos and CI. Needs the Fetch standard and Web Crypto, nothing else.
 *
 * @module hardened-stigg/emulator
 */

export type {
  EmulatorFailure,
  EmulatorRequest,
  StiggEmulator,
  StiggEmulatorOptions,
} from './create-emulator';
export { createStiggEmulator } from './create-emulator';
export type {
  EmulatorCustomer,
  EmulatorEntitlement,
  EmulatorEntitlements,
  EmulatorPlan,
  EmulatorResource,
} from './customers';
export type { StiggOperation } from './parse-operations';
