export * from './file-description';
export * from './lake-description';
export * from './layout';
export * from './manifest';
export * from './partition-path';
export * from './qartod';
export * from './rollup';
export * from './utc-day';
