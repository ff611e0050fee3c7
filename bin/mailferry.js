#!/usr/bin/env node
import { main } from '../dist/cli/main.js';
import { processIo } from '../dist/cli/process-io.js';
import { keepHeapSmall } from '../dist/cli/small-heap.js';

keepHeapSmall();
process.exitCode = await main(process.argv.slice(2), processIo());
