import { preloadStigg } from 'hardened-stigg/lazy';

// A test that stops the clocks cannot wait for a file to load. Others let the SDK come late.
await preloadStigg();
