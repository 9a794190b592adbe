import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default tseslint.config(
  { ignores: ["out/", "dist/", "node_modules/", ".svelte-check/", "tests/shots/"] },
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      eqeqeq: ["error", "always"],
      "no-eval": "error",
      "no-new-func": "error",
      "no-implied-eval": "error",
      "no-console": "off",
      // Large collections are replaced, not mutated, and held in $state.raw: a reactive proxy around each entry would only cost.
      "svelte/prefer-svelte-reactivity": "off",
      // A checked index or a field known to be there is said with "!", with the reason in sight.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "svelte/no-at-html-tags": "error",
      // The content security policy refuses style="…"; style: directives go through the CSSOM and are fine.
      "no-restricted-syntax": ["error", { selector: 'SvelteAttribute[key.name="style"]', message: "Take a class, or a style: directive." }],
    },
  },
  {
    // Chance and time come through ports: the engine has neither, so a run can be replayed. Functions that ECMAScript leaves to the machine have its own instead.
    files: ["src-engine/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error",
        { object: "Math", property: "random", message: "Take it from rng.stream(name)." },
        { object: "Date", property: "now", message: "The engine knows no clock." },
        { object: "performance", property: "now", message: "The engine knows no clock." },
        ...["exp", "expm1", "log", "log1p", "log2", "log10", "pow", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "hypot"]
          .map((property) => ({ object: "Math", property, message: "Its bits depend on the machine: take the function of kernels/math.ts." }))],
      "no-restricted-syntax": ["error",
        { selector: 'BinaryExpression[operator="**"]:not([left.value=2][right.type="Literal"])', message: "Its bits depend on the machine: take pow of kernels/math.ts, or a product." },
        { selector: 'AssignmentExpression[operator="**="]', message: "Its bits depend on the machine: take pow of kernels/math.ts, or a product." }],
      "no-restricted-globals": ["error", "window", "document", "process", "setTimeout", "setInterval"],
    },
  },
  {
    files: ["src-main/service/**/*.ts", "src-main/store/**/*.ts", "src-main/report/**/*.ts"],
    rules: { "no-restricted-properties": ["error", { object: "Math", property: "random", message: "Chance belongs to the engine's rng." }, { object: "Date", property: "now", message: "Take the now port." }] },
  },
);
