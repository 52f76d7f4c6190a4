import pulumi from "@pulumi/eslint-plugin";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const layers = [
  {
    target: "./net",
    from: ["./agent", "./components", "./stacks", "./cli", "./lab", "./index.ts"],
  },
  { target: "./agent", from: ["./components", "./stacks", "./cli", "./lab", "./index.ts"] },
  { target: "./components", from: ["./stacks", "./cli", "./lab", "./index.ts"] },
  { target: "./stacks", from: ["./cli", "./lab", "./index.ts"] },
  {
    target: "./lab",
    from: ["./net", "./agent", "./components", "./stacks", "./cli", "./index.ts"],
  },
];

export default tseslint.config(
  { ignores: ["node_modules", "dist", "**/generated/**", "*.{js,mjs}"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@pulumi": pulumi, "import-x": importX },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "import-x/no-restricted-paths": ["error", { zones: layers }],
      "max-lines": ["error", { max: 200, skipBlankLines: true, skipComments: true }],
    },
  },
);
