import { describe, expect, it } from 'vitest';
import { contrastRatio, depthColors, dotColor, valueColor } from './color-ramp';

describe('the depth ramp', () => {
  it.each([
    ['light', '#ffffff'],
    ['dark', '#121c23'],
  ] as const)('stands out from the %s ground by 3:1 at every step', (theme, ground) => {
    const dots = [-1, 0, 0.33, 1, 2].map((share) => dotColor(share, theme));
    for (const color of [...depthColors(40, theme), ...dots])
      expect(contrastRatio(color, ground)).toBeGreaterThanOrEqual(3);
  });

  it.each(['light', 'dark'] as const)('grows darker with depth in the %s theme', (theme) => {
    const contrasts = depthColors(17, theme).map((color) => contrastRatio(color, '#000000'));
    expect(contrasts).toEqual(contrasts.toSorted((left, right) => right - left));
  });

  it('gives every device a colour of its own', () => {
    expect(new Set(depthColors(17, 'light')).size).toBe(17);
    expect(depthColors(1, 'dark')).toHaveLength(1);
    expect(depthColors(0, 'dark')).toEqual([]);
  });
});

describe('the value ramp', () => {
  it('carries text at 4.5:1 everywhere', () => {
    for (let share = 0; share <= 1; share += 0.01) {
      const { fill, text } = valueColor(share);
      expect(contrastRatio(fill, text), fill).toBeGreaterThanOrEqual(4.5);
    }
  });
});
