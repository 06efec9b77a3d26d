/** Finds the browsers besides Chromium that tests run in, and installs what is missing of them where that is possible. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runs } from './prepare.js';

/** The path of the first of these commands that is installed. */
const commandOf = (...names) => {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
};

const vulkanFolder = '/usr/share/vulkan/icd.d';

/** Whether Mesa's software driver is there: without a GPU, Firefox computes WebGPU on it. */
const hasSoftwareVulkan = () =>
  existsSync(vulkanFolder) && readdirSync(vulkanFolder).some((file) => file.startsWith('lvp_icd'));

/** What gives a browser a screen that nobody sees. */
const screen = ['xvfb', 'xauth'];
const hasScreen = () => commandOf('xvfb-run') !== undefined && commandOf('xauth') !== undefined;

/** Debian's packages for each browser; `find` sets in the environment what its tests need, and says whether all is there. */
const browsers = [
  {
    id: 'firefox',
    name: 'Firefox',
    packages: ['firefox-esr', 'mesa-vulkan-drivers', 'libvulkan1', 'libgl1-mesa-dri', ...screen],
    find() {
      process.env.LR_LAB_FIREFOX ||= commandOf('firefox-esr', 'firefox') ?? '';
      return existsSync(process.env.LR_LAB_FIREFOX) && hasSoftwareVulkan() && hasScreen();
    },
  },
  {
    id: 'webkit',
    name: 'WebKitGTK',
    packages: ['webkit2gtk-driver', 'dbus', ...screen],
    find: () =>
      commandOf('WebKitWebDriver') !== undefined &&
      commandOf('dbus-run-session') !== undefined &&
      hasScreen(),
  },
];

/** What `apt-get` installs for these browsers. */
export const packagesOf = (wanted) => [...new Set(wanted.flatMap(({ packages }) => packages))];

function install(packages) {
  const mayInstall =
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) return;
  console.log(`lr-lab: installing ${packages.join(', ')} …`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' };
  runs('apt-get', ['update'], options);
  runs('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
}

/** The browsers that are there, and those that are not and cannot be installed. */
export function ensureOtherBrowsers() {
  const missing = browsers.filter(({ find }) => !find());
  if (missing.length > 0) install(packagesOf(missing));
  const found = browsers.filter(({ find }) => find());
  return { found, missing: browsers.filter((browser) => !found.includes(browser)) };
}
