import type { Command } from '../state/commands.svelte';
import { type LakeView, presetWindow } from '../state/lake-view';
import { CATALOGUE_PARTS, TABS, type UrlState } from '../state/url-state';

const PRESETS = ['day', 'week', 'month', 'all'] as const;

/** What the palette can do with an open lake: show a tab, set the window, choose a station, a device or a variable. */
export function workbenchCommands(view: LakeView | undefined, change: (patch: Partial<UrlState>) => void): Command[] {
  const tabs = TABS.map((tab) => ({
    id: `tab-${tab}`,
    name: `Show ${tab === 'sql' ? 'SQL' : tab}`,
    run: () => change({ tab }),
  }));
  if (!view) return tabs;
  const { span, selection, stations, devices, variables } = view;
  const windows = span
    ? PRESETS.map((preset) => ({
        id: `window-${preset}`,
        name: `Window: ${preset}`,
        run: () => change(presetWindow(preset, selection, span)),
      }))
    : [];
  const parts = CATALOGUE_PARTS.map((part) => ({
    id: `catalogue-${part}`,
    name: `Catalogue: ${part}`,
    run: () => change({ tab: 'catalogue', catalogue: part }),
  }));
  return [
    ...tabs,
    ...parts,
    ...windows,
    ...variables.map(({ name, longName, unit }) => ({
      id: `variable-${name}`,
      name: longName ?? name,
      about: ['variable', unit].filter((part) => part !== undefined).join(', '),
      run: () => change({ variables: [name] }),
    })),
    ...stations.map(({ id, name }) => ({
      id: `station-${id}`,
      name: name ?? id,
      about: name === undefined ? 'station' : `station ${id}`,
      run: () => change({ stations: [id], devices: undefined }),
    })),
    ...devices.map(({ id, depth }) => ({
      id: `device-${id}`,
      name: id,
      about: depth === undefined ? 'device' : `device, ${depth} m`,
      run: () => change({ devices: [id] }),
    })),
  ];
}
