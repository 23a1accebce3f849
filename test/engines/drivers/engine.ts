/** A browser engine, as the tests drive it. */
export interface Engine {
  name: string;
  /**
   * Starts a browser with a new profile: cookies, storage and tabs of its own.
   *
   * @throws an error that says what to install, if this machine lacks it
   */
  open: (options?: ProfileOptions) => Promise<Profile>;
}

export interface ProfileOptions {
  /** As a user blocks all cookies in the settings. What else that forbids differs between engines. */
  areCookiesBlocked?: boolean;
  /** As a user turns JavaScript off. A driver can evaluate expressions all the same. */
  isJavaScriptOff?: boolean;
}

export interface Profile {
  openTab: () => Promise<Tab>;
  close: () => Promise<void>;
}

export interface Tab {
  /** Resolves when the page has loaded. */
  goto: (url: string) => Promise<void>;
  /** Goes back in the history. Resolves when the page is there, perhaps from the back/forward cache. */
  back: () => Promise<void>;
  /** Clicks the button with this text, as a user does. */
  click: (button: string) => Promise<void>;
  /** Evaluates an expression in the page, and awaits it. */
  evaluate: (expression: string) => Promise<unknown>;
  /** Makes the page hidden, as another tab in front of it does, until `show()`. */
  hide: () => Promise<void>;
  show: () => Promise<void>;
  /** Takes the network away from the page, which hears `offline`, or gives it back: `online`. */
  setOffline: (isOffline: boolean) => Promise<void>;
}
