import type { KeyboardTerms } from './keyboard-terms.js';

/** The list of keys in Simplified Chinese. */
export const keyboardZh: KeyboardTerms = {
  close: '关闭',
  letters: {
    title: '实验台',
    does: {
      train: '开始、暂停或继续训练',
      swap: '换用选中的策略',
      race: '用选中的策略从第 0 步开始对比',
      fork: '将选中的运行分叉',
    },
    list: '显示这个列表',
    on: '启用这些快捷键',
    hint: '正在输入文字，或者打开了对话框、菜单时，这些按键不起作用。',
  },
  lists: [
    {
      title: '学习率策略',
      keys: [
        ['方向键', '选择预设，或者调整数值'],
        ['Ctrl+Z、⌘Z', '撤销编辑；加按 Shift 重做'],
        ['Alt+↑、Alt+↓', '上移或下移一个 scheduler'],
      ],
    },
    {
      title: '图表',
      keys: [
        ['← →', '移动光标；按住 Shift 时每次一步'],
        ['Page Up、Page Down', '每次移动一个 epoch'],
        ['Home、End', '移到第一步或最后一步'],
        ['Enter', '固定光标，可在此分叉或撤销更改'],
        ['Esc', '隐藏光标'],
        ['+ −', '放大或缩小'],
        ['0', '显示整个运行'],
        ['F', '跟随最新一步'],
      ],
    },
    {
      title: '学习率图上的控制点',
      keys: [
        ['← →', '移动；按住 Shift 时移动得更远'],
        ['Enter', '应用'],
        ['Esc', '取消'],
      ],
    },
  ],
};
