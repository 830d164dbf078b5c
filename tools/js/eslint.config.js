// The rules for the scripts that run in pages. They are plain scripts that are put together into one function, so what
// one of them defines at its top another may use.
import js from "@eslint/js";
import globals from "globals";

const SHARED = { mt: "readonly", own: "readonly", doc: "readonly", later: "readonly", USED: "readonly", LOCATING: "readonly" };

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  js.configs.recommended,
  {
    files: ["mtcrawler/**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "script", globals: { ...globals.browser } },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-implicit-globals": "off",
      "no-promise-executor-return": "off", // a timer's number, which nobody reads
      "no-self-compare": "error",
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-template-curly-in-string": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "require-atomic-updates": "error",
      strict: "off",
    },
  },
  {
    files: ["mtcrawler/overlays/js/*.js"],
    languageOptions: { globals: SHARED },
    rules: { "no-redeclare": ["error", { builtinGlobals: false }] },
  },
];
