import type { NextConfig } from 'next';

export default {
  serverExternalPackages: ['@stigg/node-server-sdk'],
  // Where this file is, whatever lock files the folders above hold.
  turbopack: { root: import.meta.dirname },
} satisfies NextConfig;
