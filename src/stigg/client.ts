/** What the core uses of Stigg's client. The core imports no SDK. */
export interface Client {
  readonly isCustomerLoaded: boolean;
  readonly isResourceLoaded: boolean;
  setCustomerId: (
    customerId: string,
    customerToken?: string | null,
    resourceId?: string | null,
  ) => Promise<void>;
  clearCustomer: () => void;
  waitForInitialization: () => Promise<unknown>;
}
