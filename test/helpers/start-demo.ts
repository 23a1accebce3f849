import { spawn } from 'node:child_process';

/** Starts the demo, as `npm run demo` does, on a port of its own. */
export async function startDemo() {
  const demo = spawn('npx', ['tsx', 'examples/demo/server.ts'], {
    // Vitest's "test" would build the page with React's development mode.
    env: { ...process.env, PORT: '0', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const url = await new Promise<string>((resolve, reject) => {
    demo.stdout?.on('data', (chunk) => {
      const found = /http:\/\/localhost:\d+\//.exec(String(chunk))?.[0];
      if (found) resolve(found);
    });
    demo.once('exit', (code) => reject(new Error(`the demo stopped with code ${code}`)));
  });
  return {
    url,
    stop: () => {
      if (demo.pid) process.kill(-demo.pid);
    },
  };
}
