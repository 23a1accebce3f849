/** What a page has gone through, so that the test can check it. */
interface Recording {
  /** The console, and errors that nobody has caught. */
  printed: string[];
  /** Each `visibilitychange`. */
  visibility: string[];
  /** How often the page came back from the back/forward cache. */
  restored: number;
  /** What has been on the screen of the paid feature, one after the other. */
  shown: string[];
}

declare global {
  var recording: Recording;
}

/** Runs in the page, before anything else. */
function record() {
  const printed: string[] = [];
  const shown: string[] = [];
  globalThis.recording = { printed, visibility: [], restored: 0, shown };
  const toText = (value: unknown) => {
    if (value instanceof Error) return `${value.stack}`;
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    const original = console[method];
    console[method] = (...values: unknown[]) => {
      printed.push(values.map(toText).join(' '));
      original.apply(console, values);
    };
  }
  addEventListener('error', ({ message }) => printed.push(message));
  addEventListener('unhandledrejection', ({ reason }) => printed.push(toText(reason)));
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) recording.restored++;
  });
  document.addEventListener('visibilitychange', () => {
    recording.visibility.push(document.visibilityState);
  });
  let last = 'nothing';
  new MutationObserver(() => {
    const text = document.querySelector('[data-testid=sso]')?.textContent ?? 'nothing';
    if (text === last || text === '') return; // of the empty element the text is still to come
    last = text;
    shown.push(text);
  }).observe(document, { subtree: true, childList: true, characterData: true });
  if (parent === window) return;
  // In a sandbox: tells the page around it what this one shows.
  setInterval(() => {
    const elements = document.querySelectorAll<HTMLElement>('[data-testid]');
    const shown = [...elements].map((element) => [element.dataset.testid, element.textContent]);
    parent.postMessage(Object.fromEntries(shown), '*');
  }, 50);
}

export const recorderScript = `<script>(${record})()</script>`;
