import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Builder, By, Capabilities, type WebDriver } from 'selenium-webdriver';
import type { Engine, Profile, ProfileOptions, Tab } from './engine';
import { findProgram } from './find-program';

const ADVICE = 'Install WebKitGTK and a display (Debian: apt-get install webkit2gtk-driver xvfb).';

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** WebKitWebDriver on a display of its own. */
async function startDriver() {
  const port = await findFreePort();
  const program = spawn(
    findProgram(['xvfb-run'], ADVICE),
    ['-a', findProgram(['WebKitWebDriver'], ADVICE), `--port=${port}`],
    {
      detached: true, // a group, which can be ended as a whole
      stdio: 'ignore',
      env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }, // root has none
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (program.exitCode !== null) throw new Error(`xvfb-run stopped with ${program.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    stop: async () => {
      const exit = once(program, 'exit');
      process.kill(-(program.pid as number));
      await exit;
    },
  };
}

/** A driver has one current window at a time: what is done in a tab waits for what is done in another. */
function createQueue(driver: WebDriver) {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(handle: string | undefined, task: () => Promise<Result>): Promise<Result> => {
    const next = last.then(async () => {
      if (handle) await driver.switchTo().window(handle);
      return task();
    });
    last = next.catch(() => {});
    return next;
  };
}

type Queue = ReturnType<typeof createQueue>;

async function openTab(driver: WebDriver, enqueue: Queue, isFirst: boolean): Promise<Tab> {
  const handle = await enqueue(undefined, async () => {
    // A window: MiniBrowser shows its first tab for ever.
    if (!isFirst) await driver.switchTo().newWindow('window');
    return driver.getWindowHandle();
  });
  const run = <Result>(task: () => Promise<Result>) => enqueue(handle, task);
  const evaluate = (expression: string) =>
    run(() => driver.executeScript(`return (${expression})`));
  return {
    goto: (url) => run(() => driver.get(url)),
    back: () => run(() => driver.navigate().back()),
    click: (button) =>
      run(() => driver.findElement(By.xpath(`//button[normalize-space()="${button}"]`)).click()),
    evaluate,
    hide: async () => {
      await run(() => driver.manage().window().minimize());
    },
    show: async () => {
      await run(() => driver.manage().window().setRect({ width: 1000, height: 700 }));
    },
    // WebDriver cannot take the network away: the page only hears of it. The test stops its server.
    setOffline: async (isOffline) => {
      await evaluate(`dispatchEvent(new Event('${isOffline ? 'offline' : 'online'}'))`);
    },
  };
}

async function open({ areCookiesBlocked, isJavaScriptOff }: ProfileOptions = {}): Promise<Profile> {
  const { url, stop } = await startDriver();
  const args = [
    '--automation',
    ...(areCookiesBlocked ? ['--cookies-policy=never'] : []),
    ...(isJavaScriptOff ? ['--enable-javascript=false'] : []),
  ];
  const driver = await new Builder()
    .usingServer(url)
    .withCapabilities(
      new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { args } }),
    )
    .build()
    .catch(async (error) => {
      await stop();
      throw error;
    });
  const enqueue = createQueue(driver);
  let isFirst = true;
  return {
    openTab: () => {
      const tab = openTab(driver, enqueue, isFirst);
      isFirst = false;
      return tab;
    },
    close: async () => {
      await enqueue(undefined, () => driver.quit());
      await stop();
    },
  };
}

export const webkit: Engine = { name: 'WebKitGTK', open };
