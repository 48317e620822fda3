export * from './file-description';
export * from './lake-description';
export * from './layout';
export * from './partition-path';
export * from './qartod';
export * from './utc-day';
