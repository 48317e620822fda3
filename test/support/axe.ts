import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with the rules of WCAG 2.2 AA that a screen breaks, and where. */
export async function expectAxeClean(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(
    violations.map(({ id, nodes }) => `${screen}: ${id} ${String(nodes[0]?.target)} ${nodes[0]?.failureSummary ?? ''}`),
  ).toEqual([]);
}
