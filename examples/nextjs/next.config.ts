import type { NextConfig } from 'next';

export default {
  cacheComponents: true, // as create-next-app writes it
  serverExternalPackages: ['@stigg/node-server-sdk'],
  // Where this file is, whatever lock files the folders above hold.
  turbopack: { root: import.meta.dirname },
} satisfies NextConfig;
