import { expect, waitFor, within } from 'storybook/test';
import type { World } from './world';

type Canvas = ReturnType<typeof within>;

/** Waits until the hook says `status`. */
export const saysStatus = (canvas: Canvas, status: string) =>
  waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent(status));

/** What the list of features reads: what Stigg's own hooks and guard grant. */
const features = (canvas: Canvas) =>
  within(canvas.getByRole('list', { name: 'Features' }))
    .getAllByRole('listitem')
    .map((item) => item.textContent?.replace(/^\W+/, ''));

export const ACME = ['Single sign-on included', 'Seats 25', 'Monthly reports 137 of 500 used'];
export const GLOBEX = ['Single sign-on not included', 'Seats 2', 'Monthly reports 4 of 5 used'];
export const NOTHING = [
  'Single sign-on not included',
  'Seats not included',
  'Monthly reports not included',
];

export const grants = (canvas: Canvas, expected: string[]) =>
  waitFor(() => expect(features(canvas)).toEqual(expected));

const identityRequests = (world: World) =>
  world.getSnapshot().log.filter(({ to }) => to === 'identity');

/** The answers that the identity endpoint gave, in order. */
export const identityAnswers = (world: World) =>
  identityRequests(world).map(({ status }) => status);

/** The requests about a customer, without those for the SDK's configuration and for a visitor's paywall. */
export const customerRequests = (world: World) =>
  world.getSnapshot().log.filter(({ to, customerId }) => to === 'Stigg' && customerId !== null);
