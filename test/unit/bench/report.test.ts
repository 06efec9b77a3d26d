import { describe, expect, it } from 'vitest';

import { benchCaseNamed } from '../../bench/networks.js';
import type { Report } from '../../bench/report.js';
import { disagreements, renderReport, replaceSection } from '../../bench/report.js';
import type { Score } from '../../bench/tournament.js';

const scoreOf = (name: string, lossDifference: number): Score => ({
  name,
  stepsPerSecond: 1234.5,
  slowest: 1000,
  fastest: 2000,
  ratio: 2.345,
  javascriptMs: 0.1234,
  mainThreadMs: 5.678,
  calls: { dispatches: 24, submits: 1, bindGroups: 0, buffers: 0, passes: 1, bytesWritten: 128 },
  steps: 500,
  lossDifference,
});

const reportWith = (lossDifference: number, software = false): Report => ({
  command: 'bench',
  date: '2030-01-02T03:04:05.000Z',
  complete: true,
  adapter: { description: 'some card', software },
  processor: 'some processor',
  versions: { 'tf.js': '4.22.0' },
  effort: { rounds: 5, seconds: 2 },
  results: [
    {
      benchCase: benchCaseNamed('tiny-16'),
      scores: [scoreOf('lr-lab', 0), scoreOf('tfjs-eager', lossDifference)],
    },
  ],
});

describe('a report', () => {
  it('contains its date, adapter and versions', () => {
    expect(renderReport(reportWith(0))).toMatch(/2030-01-02, adapter: some card.*tf\.js 4\.22\.0/s);
  });

  it('has a row for each contestant', () => {
    const rows = renderReport(reportWith(1e-7)).match(/^\| (lr-lab|tfjs-eager) .*$/gm)!;
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    expect(cells[0].slice(1, 9)).toEqual(['lr-lab', '1,235', '1,000–2,000', '', '0.123', '5.7', '24', '1']);
    expect(cells[1].slice(1, 5)).toEqual(['tfjs-eager', '1,235', '1,000–2,000', '2.35']);
  });

  it('warns that the times are those of a software adapter', () => {
    expect(renderReport(reportWith(0, true))).toMatch(/only the ratios mean anything/);
    expect(renderReport(reportWith(0, false))).not.toMatch(/only the ratios mean anything/);
  });

  it('lists no problem if the losses agree', () => {
    expect(disagreements(reportWith(1e-4))).toEqual([]);
  });

  it.each([2e-4, NaN])('names the contestant whose losses differ by %s', (difference) => {
    expect(disagreements(reportWith(difference)).join()).toMatch(/tiny-16: the losses of tfjs-eager/);
  });
});

describe('the file of results', () => {
  const first = replaceSection('# Results\n', 'bench', 'old');

  it('gains a section for a command that has none', () => {
    expect(first).toMatch(/^# Results\n\n<!-- bench: begin -->.*old.*<!-- bench: end -->\n$/s);
  });

  it('keeps the sections of other commands', () => {
    const text = replaceSection(replaceSection(first, 'bench:gpu', 'card'), 'bench', 'new');
    expect(text).toContain('card');
    expect(text).toContain('new');
    expect(text).not.toContain('old');
  });
});
