import type { ExperimentTerms } from './experiment-terms.js';

/** `<lr-experiment>` 的简体中文。 */
export const experimentsZh: ExperimentTerms = {
  run: '运行',
  runAgain: '再次运行',
  stop: '停止',
  guess: (question) => `${question}（可以先猜一猜）`,
  loading: '正在载入录制的结果…',
  size: (runs, steps) => `${runs} 个运行，每个最多 ${steps} 步`,
  recorded: (seed) => `这是事先录制的结果，随机种子为 ${seed}。点击“运行”，就在本页训练。`,
  trained: (seed) => `刚刚在本页训练的结果，随机种子为 ${seed}。`,
  notRun: '尚未运行。点击“运行”，就在本页训练。',
  preparing: '正在准备…',
  testing: '正在测试学习率…',
  progress: (step, of) => `第 ${step} 步，最多 ${of} 步`,
  aborted: '已停止。点击“运行”重新开始。',
  sawIt: '如你所见：',
  inRecording: '录制的结果：',
  notThisTime: '这次没有出现：',
  tryAgain: '换一个随机种子试试？',
  anotherSeed: '换一个随机种子运行',
  guessedRight: (choice) => `你猜的是“${choice}”，猜对了。`,
  guessedWrong: (choice, answer) => `你猜的是“${choice}”，实际是“${answer}”。`,
  guessedOpen: (choice) => `你猜的是“${choice}”，但这次没有一个选项符合。`,
  stops: {
    end: (run, step) => `${run === '' ? '' : `${run} `}在第 ${step} 步结束，已是最后一步。`,
    diverges: (run, step) => `${run} 在第 ${step} 步发散，实验随之停止。`,
    'loss-below': (run, step) => `到第 ${step} 步，${run} 已经学会，实验随之停止。`,
    'rate-below': (run, step) => `到第 ${step} 步，${run} 的学习率已所剩无几，实验随之停止。`,
    cut: (run, step) => `${run} 在第 ${step} 步降低学习率，效果显现后实验停止。`,
  },
  says: {
    falls: {
      yes: ({ run, from, loss, steps }) => `${run}：${steps} 步内，loss 从 ${from} 降到 ${loss}。`,
      no: ({ run, from, loss, steps }) => `${run}：${steps} 步内，loss 没怎么下降，从 ${from} 到 ${loss}。`,
    },
    stays: {
      yes: ({ run, from, loss, steps }) => `${run}：${steps} 步内，loss 没怎么下降，从 ${from} 到 ${loss}。`,
      no: ({ run, from, loss, steps }) => `${run}：${steps} 步内，loss 从 ${from} 降到了 ${loss}。`,
    },
    diverges: {
      yes: ({ run, diverged }) => `${run} 在第 ${diverged} 步发散。`,
      no: ({ run, loss }) => `${run} 没有发散，loss 最后是 ${loss}。`,
    },
    'lower-loss': {
      yes: ({ run, than, loss, thanLoss }) => `${run} 的 loss 最后是 ${loss}，${than} 是 ${thanLoss}。`,
      no: ({ run, than, loss, thanLoss }) =>
        `${run} 的 loss 最后是 ${loss}，并不明显低于 ${than} 的 ${thanLoss}。`,
    },
    'rate-below': {
      yes: ({ run, from, lr, step }) => `${run}：${step} 步内，学习率从 ${from} 降到 ${lr}。`,
      no: ({ run, from, lr, step }) => `${run}：学习率从 ${from} 开始，到第 ${step} 步是 ${lr}。`,
    },
    'rate-at': {
      yes: ({ run, lr, step }) => `${run} 在第 ${step} 步的学习率是 ${lr}。`,
      no: ({ run, lr, step }) => `${run} 在第 ${step} 步的学习率是 ${lr}，与策略不符。`,
    },
    'higher-peak': {
      yes: ({ run, than, lr, thanLr }) => `${run} 的学习率最高到 ${lr}，${than} 只到 ${thanLr}。`,
      no: ({ run, than, lr, thanLr }) => `${run} 的学习率最高到 ${lr}，${than} 也到了 ${thanLr}。`,
    },
    'rate-returns': {
      yes: ({ run, lr, thanLr }) => `${run} 的学习率降到 ${thanLr} 之后，又升回 ${lr}。`,
      no: ({ run, lr, thanLr }) => `${run} 的学习率最低到 ${thanLr}，最后是 ${lr}。`,
    },
    'rate-cycles': {
      yes: ({ run, step, lr, thanLr }) => `${run} 的学习率在第 ${step} 步达到峰值 ${thanLr}，最后是 ${lr}。`,
      no: ({ run, step, lr, thanLr }) =>
        `${run} 的学习率没有形成周期：第 ${step} 步最高（${thanLr}），最后是 ${lr}。`,
    },
    'same-rates': {
      yes: ({ run, than, lr }) => `${run} 与 ${than} 的学习率始终相同，最后都是 ${lr}。`,
      no: ({ run, than, lr }) => `${run} 与 ${than} 的学习率不同，${run} 最后是 ${lr}。`,
    },
    'same-losses': {
      yes: ({ run, than, loss }) => `${run} 与 ${than} 的 loss 逐位相同，最后都是 ${loss}。`,
      no: ({ run, than, loss }) => `${run} 与 ${than} 的 loss 不同，${run} 最后是 ${loss}。`,
    },
    'ends-higher': {
      yes: ({ run, than, lr, thanLr }) => `${run} 的学习率最后是 ${lr}，${than} 是 ${thanLr}。`,
      no: ({ run, than, lr, thanLr }) => `${run} 的学习率最后是 ${lr}，并不明显高于 ${than} 的 ${thanLr}。`,
    },
    'cut-helps': {
      yes: ({ run, step, lr, thanLr, from, loss }) =>
        `${run} 在第 ${step} 步把学习率从 ${thanLr} 降到 ${lr}，之后 loss 从 ${from} 降到 ${loss}。`,
      no: ({ run, step, lr, thanLr, from, loss }) =>
        `${run} 在第 ${step} 步把学习率从 ${thanLr} 降到 ${lr}，但 loss 没怎么下降，从 ${from} 到 ${loss}。`,
    },
    'than-diverged': {
      yes: ({ run, than, loss }) => `${run} 的 loss 最后是 ${loss}，${than} 则发散了。`,
      no: ({ run, than, loss }) => `${run} 的 loss 最后是 ${loss}，${than} 则发散了。`,
    },
    'run-diverged': {
      yes: ({ run, diverged }) => `${run} 在第 ${diverged} 步发散。`,
      no: ({ run, diverged }) => `${run} 在第 ${diverged} 步发散。`,
    },
    'never-cut': {
      yes: ({ run }) => `${run} 始终没有降低学习率。`,
      no: ({ run }) => `${run} 始终没有降低学习率。`,
    },
  },
  also: {
    'lower-loss': (run, loss) => `${run} 是 ${loss}。`,
    'ends-higher': (run, lr) => `${run} 是 ${lr}。`,
  },
  suggested: (steepest, tenth) =>
    `范围测试的建议：${steepest}（loss 下降最快处）和 ${tenth}（发散处的十分之一）。`,
  adjust: (name, value) => `${name} = ${value}`,
  adjusted: '已修改。点击“运行”，看看结果如何。',
  planned: '点线为计划',
  charts: { loss: 'loss', lr: '学习率', rangeTest: '范围测试：loss 随学习率的变化' },
  lossCaption: 'loss 随步数的变化（粗线为平滑后，细线为每个 batch）',
  rateCaption: '学习率随步数的变化',
  describe: (chart, runs) => `${chart}。${runs}`,
  divergedAt: (step) => `第 ${step} 步发散`,
  listJoint: '；',
  join: (one, other) => `${one}${other}`,
  openInLab: '在实验台打开',
  code: 'PyTorch 代码',
  share: '分享',
  copied: '链接已复制。',
  copyByHand: '浏览器禁止写入剪贴板，请手动复制这个链接：',
  link: '这个实验的链接',
  plateau: (bad, patience, needs) => `未改善的 epoch：${bad} / ${patience}，需要低于 ${needs}`,
  faulty: '这个实验的定义有错误。',
  unknown: (name) => `没有名为“${name}”的实验。`,
  unreadable: (src) => `无法载入 ${src} 处的实验。`,
  missing: '没有可运行的内容：缺少 name 或 src 属性。',
  builtIn: {
    'three-rates': {
      title: '同一起点，三种学习率',
      question: '最大的学习率会怎样？',
      choices: { fastest: '下降最快', diverges: '降不下来', wobbles: '来回振荡' },
      runs: {},
    },
    'step-decay': {
      title: '恒定学习率与 StepLR',
      question: '第 4 个 epoch 降低学习率之后，loss 会…',
      choices: { lower: '更低', higher: '更高', same: '差不多' },
      runs: {},
    },
    'epoch-or-batch': {
      title: 'StepLR：每个 epoch 还是每个 batch？',
      question: '每个 batch 调用一次，训练会…',
      choices: { faster: '学得更快', stuck: '停滞不前', same: '没有区别' },
      runs: { epoch: '每个 epoch', batch: '每个 batch' },
    },
    'three-programs': {
      title: '三个程序，照原样运行',
      question: '20 个 epoch 之后，程序 1 和程序 3…',
      choices: { same: '仍然完全相同', lower: '不同：程序 3 的学习率更低' },
      runs: {},
    },
    'warm-up': {
      title: 'RMSprop：有无预热',
      question: '没有预热，训练会…',
      choices: { diverges: '发散', lower: '学得更快', same: '最后差不多' },
      runs: {},
    },
    cosine: {
      title: 'T_max：训练的一半、全程、两倍',
      question: '哪个 T_max 的 loss 最后最低？',
      choices: { half: '一半', whole: '全程', twice: '两倍' },
      runs: {},
    },
    'one-cycle': {
      title: '一个周期与两种恒定学习率',
      question: '哪个运行的 loss 最后最低？',
      choices: { cycle: 'OneCycleLR', low: 'lr 0.01', high: 'lr 0.1' },
      runs: {},
    },
    'chained-or-sequential': {
      title: '两个 scheduler 的两种组合方式',
      question: '哪个运行的 loss 最后更低？',
      choices: { chained: 'ChainedScheduler', sequential: 'SequentialLR' },
      runs: {},
    },
    plateau: {
      title: 'loss 停滞时降低学习率',
      question: '降低学习率之后，loss 会…',
      choices: { falls: '再次下降', nothing: '停在原处' },
      runs: {},
    },
    'find-a-rate': {
      title: '先测试学习率，再对比',
      question: '哪个建议的 loss 最后更低？',
      choices: { steepest: '下降最快处', tenth: '发散处的十分之一' },
      runs: { steepest: '下降最快处', '1/10': '发散处的十分之一' },
    },
    resume: {
      title: '第 6 个 epoch 后停下，用四种方式恢复',
      question: '换成新的 scheduler，学习率最后会…',
      choices: { lower: '更低', higher: '更高', same: '相同' },
      runs: {
        state_dict: 'state dict',
        last_epoch: 'last_epoch',
        'new scheduler': '新的 scheduler',
        'T_max 24': '更长的 T_max',
      },
    },
  },
};
