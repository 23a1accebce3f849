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
