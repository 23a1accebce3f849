import type { NextConfig } from 'next';

export default {
  // As create-next-app writes them.
  cacheComponents: true,
  partialPrefetching: true,
  serverExternalPackages: ['@stigg/node-server-sdk'],
  // Where this file is, whatever lock files the folders above hold.
  turbopack: { root: import.meta.dirname },
} satisfies NextConfig;
