import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as webComponents } from 'eslint-plugin-wc';
import globals from 'globals';
import typescript from 'typescript-eslint';

/** What each room may import besides itself and src/errors.ts; everything else in src and components is closed to it. */
const rooms = {
  'src/schedulers': [],
  'src/policy': ['src/schedulers'],
  'src/data': [],
  'src/models': [],
  'src/gpu': [],
  'src/optimizers': ['src/gpu'],
  'src/tfjs': ['src/schedulers', 'src/policy'],
  'src/config': ['src/schedulers', 'src/policy', 'src/data', 'src/models', 'src/gpu', 'src/optimizers'],
  'src/training': [
    'src/config',
    'src/schedulers',
    'src/policy',
    'src/data',
    'src/models',
    'src/gpu',
    'src/optimizers',
  ],
  'src/lab': [
    'src/config',
    'src/schedulers',
    'src/policy',
    'src/data',
    'src/models',
    'src/gpu',
    'src/optimizers',
    'src/training',
  ],
  components: ['src/lab', 'src/policy', 'src/config'],
  pages: ['src/policy'],
};

const zones = Object.entries(rooms).flatMap(([room, allowed]) => [
  {
    target: `./${room}`,
    from: './src',
    except: [...allowed, room]
      .filter((path) => path.startsWith('src/'))
      .map((path) => `./${path.slice(4)}`)
      .concat(room === 'src/schedulers' ? [] : ['./errors.ts']),
    message: `${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other room'}: data flows one way.`,
  },
  ...(room === 'components' || room === 'pages'
    ? []
    : [{ target: `./${room}`, from: './components', message: 'The engine knows nothing of the elements.' }]),
  ...(room === 'pages'
    ? []
    : [{ target: `./${room}`, from: './pages', message: 'Pages stand on top of everything.' }]),
]);

export default typescript.config(
  { ignores: ['dist', 'node_modules', 'test-results', 'playwright-report'] },
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
    files: ['src/**/*.ts', 'components/**/*.ts', 'pages/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-unresolved': ['error', { ignore: ['\\?'] }],
      'no-eval': 'error',
      'no-new-func': 'error',
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
              regex: '/training/',
              allowTypeImports: true,
              message: "lab takes from training only types and the worker's address.",
            },
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
