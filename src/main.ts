import { mount } from 'svelte';
import { PageState } from './state/page.svelte';
import { ThemeState } from './state/theme-choice.svelte';
import App from './ui/App.svelte';
import { connectSession } from './workers/client';
import { createScriptingApi, type ScriptingApi } from './workers/scripting';

declare global {
  interface Window {
    /** The page's scripting API, for the console and for pages that embed this one. */
    tidelake: ScriptingApi;
  }
}

const client = connectSession();
const page = new PageState(client);
window.tidelake = createScriptingApi(client);

const target = document.getElementById('page');
if (!target) throw new Error('index.html has no element with the id “page”');
// The lake is being opened while the page is put up.
page.follow();
mount(App, { target, props: { page, client, theme: new ThemeState() } });
