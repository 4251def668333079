/** 关于对话轮次及其版本的文字，简体中文。 */
import type { Messages } from './en';

export const turns: Messages['turns'] = {
  edit: '编辑',
  editMessage: '编辑消息',
  sendEdit: '发送修改',
  editNote: '原来的版本会保留，可以随时返回。',
  copyQuestion: '复制问题',
  branchFromQuestion: '从此问题新建分支',
  regenerate: '重新生成',
  regenerateWith: '换一个模型重新生成',
  branch: '新建分支',
  version: (number, count) => `第 ${number} 个版本，共 ${count} 个`,
  versionShort: (number, count) => `${number}/${count}`,
  earlierVersion: '上一个版本',
  laterVersion: '下一个版本',
  branched: '新的对话从这里继续。',
  waiting: '等待发送的消息',
  waitsForAnswer: '等待当前回答完成',
  waitsForYou: '尚未发送',
  sendNow: '立即发送',
  sendNowHint: '停止当前回答并发送这一条',
  moveUp: '上移',
  moveDown: '下移',
  takeBack: '取回并编辑',
  remove: '移除',
  hintQueue: '按 Enter，当前回答结束后发送。',
};
