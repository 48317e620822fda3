import { expect, it } from 'vitest';
import { withSettingsOf } from './address-settings';

it('reads a bucket that is open with the region it was opened with', () => {
  const opened = ['/lake/', 's3://buoys/a?region=eu-west-1', 's3://other'];
  expect(withSettingsOf(opened, 's3://buoys/b/')).toBe('s3://buoys/b/?region=eu-west-1');
  expect(withSettingsOf(opened, 's3://buoys/b/?region=x')).toBe('s3://buoys/b/?region=x');
  for (const address of ['s3://buoy/b/', 's3://other/b/', 'https://buoys/b/']) {
    expect(withSettingsOf(opened, address)).toBe(address);
  }
});
