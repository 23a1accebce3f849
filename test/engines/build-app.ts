export { buildBrowserApp as setup } from '../helpers/build-browser-app';
