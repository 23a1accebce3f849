import type { Answers } from '../core/session';
import { onePerPage } from '../one-per-page';
import type { HardenedCustomer } from '../types';

/** What a stand-in for the SDK's client is told by the session that it belongs to. */
export interface StandInOwner {
  /** What answers for the customer now, if anything may. */
  getAnswers: () => Answers | undefined;
  /** Aborts once the login is over under which the stand-in was made. */
  login: AbortSignal;
  whenLoaded: () => Promise<void>;
  keepResource: (resourceId: string | undefined) => void;
  refresh: () => Promise<HardenedCustomer>;
  signOut: () => void;
}

const standIns = onePerPage('stand-ins', () => new WeakSet<object>());

/** Makes an object known as a stand-in, which is no client of the SDK's own. */
export const markStandIn = (stigg: object): void => {
  standIns.add(stigg);
};

export const isStandIn = (stigg: object): boolean => standIns.has(stigg);
