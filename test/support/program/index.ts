export * from './copy-program.js';
export * from './run-program.js';
