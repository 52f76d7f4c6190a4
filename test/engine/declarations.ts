import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** The shape of a value: a word for a scalar, an array or map of one, or the fields of an object. */
export type Shape = string | { [name: string]: Shape };

/** What the declarations of an npm SDK say about one resource or function. */
export interface Declared {
  /** Inputs by name; an optional one has a `?` after its name. */
  inputs: Shape;
  /** Names of a resource's outputs. */
  outputs: string[];
}

/** Read the type declarations of an npm SDK: what it declares, by the token it registers. */
export function readDeclarations(directory: string): Map<string, Declared> {
  const named = nestedTypes(parse(join(directory, "types", "input.d.ts")));
  const declared = new Map<string, Declared>();
  for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts") || file.startsWith("types/")) continue;
    const script = readFileSync(join(directory, file.replace(/\.d\.ts$/, ".js")), "utf8");
    const token = tokenOf(script);
    if (token === undefined) continue;
    const source = parse(join(directory, file));
    const args = source.statements
      .filter(ts.isInterfaceDeclaration)
      .find(({ name }) => name.text.endsWith("Args") && !name.text.endsWith("InvokeArgs"));
    declared.set(token, {
      inputs: args ? fields(args, named) : {},
      outputs: source.statements.filter(ts.isClassDeclaration).flatMap(outputNames),
    });
  }
  return declared;
}

const parse = (file: string) =>
  ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);

const tokenOf = (script: string) =>
  (/__pulumiType = ["']([^"']+:[^"']+)["']/.exec(script) ??
    /runtime\.invoke\(["']([^"']+)["']/.exec(script))?.[1];

/** The interfaces of `types/input`, by their name with namespaces: `network.linux.Thing`. */
function nestedTypes(source: ts.SourceFile): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (nodes: readonly ts.Statement[], prefix: string) => {
    for (const node of nodes) {
      if (ts.isInterfaceDeclaration(node)) found.set(prefix + node.name.text, node);
      if (!ts.isModuleDeclaration(node)) continue;
      let [body, name] = [node.body, `${prefix}${node.name.text}.`];
      while (body && ts.isModuleDeclaration(body)) {
        name += `${body.name.text}.`;
        body = body.body;
      }
      if (body && ts.isModuleBlock(body)) visit(body.statements, name);
    }
  };
  visit(source.statements, "");
  return found;
}

function fields(
  declaration: ts.InterfaceDeclaration,
  named: Map<string, ts.InterfaceDeclaration>,
): Shape {
  return Object.fromEntries(
    declaration.members.filter(ts.isPropertySignature).map((member) => {
      const name = (member.name as ts.Identifier).text + (member.questionToken ? "?" : "");
      return [name, member.type ? shape(member.type, named) : "any"];
    }),
  );
}

function shape(type: ts.TypeNode, named: Map<string, ts.InterfaceDeclaration>): Shape {
  if (ts.isParenthesizedTypeNode(type)) return shape(type.type, named);
  if (ts.isUnionTypeNode(type)) {
    const [first] = type.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
    return first ? shape(first, named) : "undefined";
  }
  if (ts.isArrayTypeNode(type)) return { "[]": shape(type.elementType, named) };
  if (ts.isTypeLiteralNode(type)) {
    const [member] = type.members;
    if (member && ts.isIndexSignatureDeclaration(member))
      return { "{}": shape(member.type, named) };
  }
  if (ts.isTypeReferenceNode(type)) return referenced(type, named);
  return type.getText();
}

function referenced(
  type: ts.TypeReferenceNode,
  named: Map<string, ts.InterfaceDeclaration>,
): Shape {
  const name = entityName(type.typeName);
  const [argument] = type.typeArguments ?? [];
  if (name === "pulumi.Input" && argument) return shape(argument, named);
  if (name.startsWith("enums.")) return "enum";
  const declaration = named.get(name.replace(/^inputs\./, ""));
  return declaration ? fields(declaration, named) : name;
}

const entityName = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${entityName(name.left)}.${name.right.text}`;

const outputNames = ({ members }: ts.ClassDeclaration): string[] =>
  members
    .filter(ts.isPropertyDeclaration)
    .filter(({ modifiers }) => !modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword))
    .map(({ name }) => (name as ts.Identifier).text);
