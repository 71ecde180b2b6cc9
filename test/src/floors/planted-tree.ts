import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small repository in a temporary folder, of the shape of this one, for rules to be broken in. */
export class PlantedTree implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mdevkit-floors-'));

  constructor(developmentTools: readonly string[]) {
    const devDependencies = Object.fromEntries(developmentTools.map((name) => [name, '1.0.0']));
    this.#writeJson('package.json', { workspaces: ['packages/*', 'examples/*'], devDependencies });
    for (const name of developmentTools) {
      this.addModule(name);
    }
  }

  /** A package with an empty, built index, which others may import by its name. */
  addPackage(name: string, declared: readonly string[]): void {
    this.#writeJson(`packages/${name}/package.json`, {
      name: `@mdevkit/${name}`,
      version: '0.1.0',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      dependencies: Object.fromEntries(declared.map((other) => [`@mdevkit/${other}`, '0.1.0'])),
    });
    this.write(`packages/${name}/src/index.ts`, 'export {};\n');
    this.write(`packages/${name}/dist/index.js`, 'export {};\n');
    this.write(`packages/${name}/dist/index.d.ts`, 'export {};\n');
    mkdirSync(join(this.folder, 'node_modules/@mdevkit'), { recursive: true });
    symlinkSync(
      join('../../packages', name),
      join(this.folder, 'node_modules/@mdevkit', name),
      'dir',
    );
  }

  /** A package of somebody else, installed. */
  addModule(name: string): void {
    this.#writeJson(`node_modules/${name}/package.json`, {
      name,
      version: '1.0.0',
      main: 'index.js',
    });
    this.write(`node_modules/${name}/index.js`, '');
  }

  write(path: string, text: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  #writeJson(path: string, value: object): void {
    this.write(path, JSON.stringify(value));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
