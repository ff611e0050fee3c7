export * from './contents.js';
export * from './engine-world.js';
export * from './mail.js';
export * from './mortal-files.js';
