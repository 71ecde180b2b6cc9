import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { markedLine, runFixture, type FixtureRun } from './fixture-run.js';

/** What each leaking test leaves behind, as its failure calls it. */
const leaks: readonly (readonly [title: string, thing: string])[] = [
  ['disposable', 'a disposable'],
  ['timer', 'a timer'],
  ['interval', 'a timer'],
  ['immediate without end', 'an immediate'],
  ['descriptor', 'file descriptor'],
  ['descriptor of a callback', 'file descriptor'],
  ['file handle', 'file'],
  ['server', 'a TCP server'],
  ['unreferenced server', 'file descriptor'],
  ['message port', 'a message port'],
  ['child process', 'a child process'],
];

describe('leak check: tests that leak', () => {
  let run: FixtureRun;
  before(() => {
    run = runFixture('leaking');
  });

  for (const [title, thing] of leaks) {
    it(`a leaked ${title} fails its test and names the line that made it`, () => {
      const message = run.failed.get(`leaking ${title}`);
      expect(message).to.contain('leak: the test leaves').and.to.contain(thing);
      expect(message).to.contain(markedLine('leaking', title));
    });
  }

  it('each leak is blamed on one test, and the run goes on after it', () => {
    expect([...run.failed.keys()]).to.deep.equal(leaks.map(([title]) => `leaking ${title}`));
    expect(run.passed).to.deep.equal([]);
  });
});

describe('leak check: tests that do not leak', () => {
  it('what is given back late, or does not keep the process alive, is no leak', () => {
    const run = runFixture('clean');
    expect([...run.failed]).to.deep.equal([]);
    expect(run.passed).to.have.lengthOf(11);
  });
});

describe('leak check: suites', () => {
  let run: FixtureRun;
  before(() => {
    run = runFixture('suites');
  });

  it('what a before hook makes may stay until its suite ends', () => {
    expect(run.passed).to.deep.equal([
      'suite that releases first user',
      'suite that releases inner suite second user',
      'suite that leaks is not to blame',
      'suite that leaks inner suite is not to blame either',
      'suite after the one that leaks runs',
    ]);
  });

  it('what it leaves behind then fails the suite and names the line', () => {
    const failures = [...run.failed];
    expect(failures).to.have.lengthOf(1);
    const [title, message] = failures[0] ?? [];
    expect(title).to.match(/^suite that leaks "after all" hook/);
    expect(message).to.contain('leak: the suite leaves one thing behind');
    expect(message).to.contain(markedLine('suites', 'suite that leaks'));
  });
});

describe('leak check: rejections that nobody handles', () => {
  let run: FixtureRun;
  before(() => {
    run = runFixture('rejecting');
  });

  it('fail the test that leaves one, and name the line that made the error', () => {
    const message = run.failed.get('rejecting now');
    expect(message).to.contain('unhandled: the test leaves one rejection');
    expect(message).to.contain('nobody hears this');
    expect(message).to.contain(markedLine('rejecting', 'now'));
  });

  it('fail it also when they come a turn later, or with something that is no error', () => {
    expect(run.failed.get('rejecting soon')).to.contain('unhandled: the test leaves 2 rejections');
    expect(run.failed.get('rejecting soon')).to.contain('a word');
  });

  it('fail the suite whose hook leaves one', () => {
    const [title] = [...run.failed.keys()].slice(-1);
    expect(title).to.match(/^rejecting inner suite "after all" hook/);
  });

  it('fail nothing else: neither a rejection that is handled, nor a test that failed anyway', () => {
    expect(run.passed).to.deep.equal([
      'rejecting nothing',
      'rejecting handled',
      'rejecting inner suite is not to blame',
    ]);
    expect(run.failed.get('rejecting besides')).to.equal('the failure of the test itself');
    expect(run.failed.size).to.equal(4);
  });
});

describe('leak check: tests that end early', () => {
  let run: FixtureRun;
  before(() => {
    run = runFixture('interrupted');
  });

  it('the failure of a test is not masked by its leak', () => {
    expect([...run.failed]).to.deep.equal([
      ['interrupted failure', 'the failure of the test itself'],
    ]);
  });

  it('a test that skips itself stays skipped, and its neighbour is not blamed', () => {
    expect(run.skipped).to.deep.equal(['interrupted skip']);
    expect(run.passed).to.deep.equal(['interrupted neighbour']);
  });
});
