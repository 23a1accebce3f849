/**
 * Lets `@stigg/react-sdk` be imported in jsdom and happy-dom, which have no canvas: an animation library
 * inside the SDK draws on one as it loads. For `setupFiles` of Vitest or Jest; does nothing elsewhere.
 */
if (typeof navigator !== 'undefined' && /jsdom|happydom/i.test(navigator.userAgent)) {
  const context = new Proxy({}, { get: () => () => {} });
  HTMLCanvasElement.prototype.getContext = () => context as never;
}

export {};
