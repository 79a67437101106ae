export { install, type Installed, type InstallOptions } from './install.js';
