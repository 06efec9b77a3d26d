import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as webComponents } from 'eslint-plugin-wc';
import globals from 'globals';
import typescript from 'typescript-eslint';

export default typescript.config(
  { ignores: ['cdn', 'dist', 'node_modules', 'test-results', 'playwright-report', 'test/consumers'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'components/**/*.ts', 'cli/**/*.ts', 'pages/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-unresolved': ['error', { ignore: ['\\?'] }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@tensorflow/tfjs', message: 'It brings every backend: import its parts.' }] },
      ],
    },
  },
  {
    files: ['src/schedulers/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^[^.]', message: 'src/schedulers has no dependency at all.' }] },
      ],
    },
  },
  {
    files: ['src/lab/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/(training|worker)/',
              allowTypeImports: true,
              message: "lab takes from training and worker only types and the worker's address.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/property-runs.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'fast-check', message: 'Take fc from test/property-runs.ts, which sets the seed.' },
          ],
        },
      ],
    },
  },
  {
    files: ['components/**/*.ts', 'pages/**/*.ts'],
    extends: [lit['flat/recommended'], webComponents['flat/best-practice']],
    // TypeScript knows that the super call is there; the guard would be dead code.
    rules: { 'wc/guard-super-call': 'off' },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { ...globals.node, document: false } },
  },
  prettier,
);
