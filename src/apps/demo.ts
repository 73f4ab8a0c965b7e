import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { offerAlgorithms } from './demo/algorithms.ts';
import { runLiveHalf } from './demo/live-half.ts';
import { runMainJob } from './demo/main-job.ts';
import { type DemoResult, gatherResult } from './demo/result.ts';
import { createScreen, tableOf } from './demo/screen.ts';
import { startPlatform } from './platform.ts';

const usage = `Starts a demonstration and runs its main job: 环境传感器异常检测, from open call to a live, paid service.

npm run demo -- [--once] [--json FILE] [--data DIR] [--port N]

  --once        ends after the main job instead of staying up
  --json FILE   writes the outcome as JSON
  --data DIR    ./data-demo if not given; a run that was stopped goes on from there
  --port N      7800 if not given
`;

/** `touyan demo`. Stays up after the main job unless `--once`; resolves to the exit status. */
export async function runDemo(argv: string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(usage);
    return 0;
  }
  const { values } = parseArgs({
    args: argv,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'string' },
      data: { type: 'string', default: 'data-demo' },
      port: { type: 'string', default: '7800' },
    },
  });
  const folder = resolve(values.data);
  const began = performance.now();
  const screen = createScreen({ quiet: false, now: () => performance.now() });
  const platform = await startPlatform({
    folder,
    host: '127.0.0.1',
    port: Number(values.port),
    databaseUrl: process.env.DATABASE_URL ?? null,
    origin: 'touyan.local/log',
    demonstration: true,
    witness: null,
    log: { level: 'info', format: 'quiet' },
    // A broker of another kind may well hold the usual port.
    environment: { CITY_MQTT_PORT: '0', ...process.env },
  });
  const ended = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => done());
  });
  const { address } = platform;
  screen.say(`\n  头雁 Touyan  ${address}  演示 demonstration\n`);
  const python = (await platform.compute.environmentDigest('python')) !== null;
  if (!python)
    screen.say('  没有 Python：略去一个应答。 No Python here: one submission is left out.\n');
  const job = await runMainJob(address, screen, python);
  const secondsToCertificate = (performance.now() - began) / 1000;
  const { tier: _, ...live } = await runLiveHalf(address, job, screen);
  const certified = await screen.step('离线核验  verify offline', () =>
    gatherResult(address, resolve(folder, 'results'), job),
  );
  const result: DemoResult = { ...certified, ...live };
  const seconds = (performance.now() - began) / 1000;
  screen.say(`\n${outcome(result)}\n`);
  screen.say(`${liveOutcome(result)}\n`);
  screen.say(whatNext(address, job.practiceId, result, seconds));
  if (values.json !== undefined) {
    await writeFile(
      values.json,
      `${JSON.stringify({ ...result, secondsToCertificate, seconds }, null, 2)}\n`,
    );
  }
  if (!values.once) {
    // Visitors can try them; nobody waits for it, and a run that ends at once has no visitors.
    void offerAlgorithms(address, screen);
    await ended;
  }
  await platform.stop();
  return holds(result) ? 0 : 1;
}

/** Whether everything that the main job promises came out, and every number verified. */
function holds({ certificate, replay, stream, settlement, indicators }: DemoResult): boolean {
  return (
    certificate.verified &&
    replay.differences === 0 &&
    stream.observationsStored === stream.observationsSent &&
    settlement.entriesSum === 0 &&
    [settlement, ...indicators].every(({ verified }) => verified)
  );
}

function outcome({ submissions }: DemoResult): string {
  const rows = submissions.map((row) => [
    row.rank === null ? '–' : String(row.rank),
    row.name,
    row.baseline ? '基线 baseline' : row.team.zh,
    row.score === null ? '–' : row.score.toFixed(3),
    row.interval ? `${row.interval.low.toFixed(3)}–${row.interval.high.toFixed(3)}` : '',
    row.reason ?? '',
  ]);
  return tableOf(['#', '算法 method', '团队 team', 'F1', '95 %', '原因 reason'], rows, [0, 3]);
}

function whatNext(
  address: string,
  practiceId: string,
  result: DemoResult,
  seconds: number,
): string {
  const { certificate, winner } = result;
  const verdict = certificate.verified ? '已核验 verified' : '未通过核验 NOT verified';
  return `  ${winner.name} 中榜，证书${verdict}，用时 ${seconds.toFixed(1)} s

  看全程   Watch the loop      ${address}/
  参赛     Compete             ${address}/scenarios/calls/${practiceId}/compete
  篡改     Tamper, and see     ${address}/verify
  核验     Verify in a shell   npx touyan verify ${certificate.path} \\
                                 --log-key ${result.ledger.publicKey} \\
                                 --witness-key ${result.ledger.witnessKey}
`;
}

function liveOutcome({ stream, replay, settlement, stop }: DemoResult): string {
  const { observationsStored, incidents, eventsFound, eventsTrue, falseAlarms } = stream;
  const yuan = (settlement.amountMinor / 100).toFixed(2);
  return `  ${observationsStored} 条观测入库，${incidents} 起事件；真实异常 ${eventsTrue} 起，找到 ${eventsFound} 起，误报 ${falseAlarms} 起
  ${observationsStored} observations, ${incidents} incidents; of ${eventsTrue} real events ${eventsFound} found, ${falseAlarms} false alarms
  ${settlement.calls} 次调用结算 ${yuan} 元（模拟）；重放 ${replay.inputs} 行，${replay.differences} 处不同；急停 ${stop.effectiveMs} ms 生效
  ${settlement.calls} calls settled for ${yuan} yuan (simulated); ${replay.differences} of ${replay.inputs} replayed rows differ; stopped in ${stop.effectiveMs} ms`;
}
