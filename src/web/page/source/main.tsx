import { render } from 'preact';
import { App } from './app.tsx';
import { followLinks } from './router.ts';
import { applyTheme } from './state.ts';
import './style/all.css';

applyTheme();
followLinks();
render(<App />, document.getElementById('app')!);
