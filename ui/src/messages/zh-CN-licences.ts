/** 他人作品的许可证，简体中文。许可证的名称与原文保持作者所写。 */
import type { Messages } from './en';

export const licences: Messages['licences'] = {
  open: '第三方许可证',
  back: '返回“关于”',
  lede: 'Wingman 所用的他人作品，以及各自的许可证。',
  find: '按名称或许可证查找',
  kinds: {
    runtime: 'Copilot 运行时',
    crate: '程序中',
    npm: '页面中',
    library: '库与数据',
  },
  none: '没有符合的名称或许可证。',
  source: '来源',
  reading: '正在读取许可证…',
};
