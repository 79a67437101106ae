import { readFileSync } from 'node:fs';
import type { Attributes } from '@opentelemetry/api';

/** A container's id stands in the paths of what is mounted into it, whatever runs it. */
const CONTAINER_ID = /\/(?:containers|sandboxes)\/([0-9a-f]{64})\//;

/**
 * What runs here, for the resource of all telemetry. Not the command line, as the SDK's own
 * detector has it: arguments may be secrets.
 */
export function processResource(mounts = '/proc/self/mountinfo'): Attributes {
  return {
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'process.executable.name': process.title,
    'container.id': containerId(mounts),
  };
}

function containerId(mounts: string): string | undefined {
  try {
    return CONTAINER_ID.exec(readFileSync(mounts, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
