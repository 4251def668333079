/** Where the window begins: chooses the host and puts the app on the page. */
import '@primer/primitives/dist/css/functional/themes/light.css';
import '@primer/primitives/dist/css/functional/themes/dark.css';
import '@primer/primitives/dist/css/functional/themes/light-high-contrast.css';
import '@primer/primitives/dist/css/functional/themes/dark-high-contrast.css';
import '@primer/primitives/dist/css/functional/themes/light-colorblind.css';
import '@primer/primitives/dist/css/functional/themes/dark-colorblind.css';
import '@primer/primitives/dist/css/functional/themes/light-tritanopia.css';
import '@primer/primitives/dist/css/functional/themes/dark-tritanopia.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './bridge';
import { tauri } from './bridge/tauri';
import './styles/index.css';

async function begin(): Promise<void> {
  // The scripted host is for looking at pages in a browser; a production build leaves it out altogether.
  const scene = import.meta.env.MODE === 'production' ? null : new URLSearchParams(location.search).get('scripted');
  if (import.meta.env.MODE !== 'production' && scene !== null) {
    const { play } = await import('./bridge/scripted/scenes');
    connect(play(scene));
  } else {
    connect(tauri);
  }
  mount(App, { target: document.getElementById('app') ?? document.body });
}

void begin();
