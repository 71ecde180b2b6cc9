import { expect } from 'chai';
import { describe, it } from 'mocha';
import { newestKernel, recipeStamp } from './recipe.js';

function packagesOf(version: string): string[] {
  return ['linux-base', 'linux-binary', 'linux-modules'].map((name) => `${name}-${version}`);
}

describe('newestKernel (own rule)', () => {
  it('compares releases as numbers', () => {
    const names = ['7.2.9+deb13-amd64', '7.2.12+deb13-amd64', '7.2.6+deb13-amd64'];
    expect(newestKernel(names.flatMap(packagesOf), '7.2')).to.equal('7.2.12+deb13-amd64');
  });

  it('stays in its series, and with the plain amd64 kernel', () => {
    const names = ['7.3.4+deb13-amd64', '7.2.9+deb13-cloud-amd64', '7.2.3+deb13-amd64'];
    expect(newestKernel(names.flatMap(packagesOf), '7.2')).to.equal('7.2.3+deb13-amd64');
  });

  it('passes over one without modules', () => {
    const names = [...packagesOf('7.2.3+deb13-amd64'), 'linux-binary-7.2.4+deb13-amd64'];
    expect(newestKernel(names, '7.2')).to.equal('7.2.3+deb13-amd64');
  });

  it('says when there is none', () => {
    expect(newestKernel(packagesOf('7.3.4+deb13-amd64'), '7.2')).to.equal(undefined);
  });
});

describe('recipeStamp (own rule)', () => {
  it('can be the name of a folder', () => {
    expect(recipeStamp()).to.match(/^[0-9a-f]{12}$/);
  });
});
