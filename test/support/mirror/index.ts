export * from './mirror-pairs.js';
export * from './mirrored.js';
export * from './person.js';
