const whole = (value: number) => Math.round(value).toLocaleString('en');

export const inMs = (ms: number) => `${whole(ms)} ms`;
export const inKb = (bytes: number) => `${whole(bytes / 1000)} kB`;
