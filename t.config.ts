import base from '/work/w-page/playwright.config.ts';
export default { ...base, testDir: '/work/w-page/test/browser', webServer: undefined, timeout: 45000, expect: { timeout: 6000 }, workers: 2 };
