import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The inside of a room: what isolation costs is no business of anybody who uses the room.
import { openIsolation } from '../src/modules/compute/environments.ts';
import { type EnvironmentName, limitsDefault } from '../src/modules/compute/isolation.ts';
import { digestOf } from '../src/modules/compute/runtime.ts';
import { figureAtMost, quantile } from '../tools/figure.ts';
