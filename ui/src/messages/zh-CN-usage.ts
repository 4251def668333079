/** 关于花费的文字，简体中文。 */
import type { Messages } from './en';

export const usage: Messages['usage'] = {
  page: '用量',
  lede: 'Wingman 中的回答所花费的用量。已删除的对话仍计算在内，因为费用已产生。月份与 GitHub 一致，按 UTC 计算。',
  month: '月份',
  none: '这个月没有回答。',
  table: (login, host) => `${login}（${host}）`,
  model: '模型',
  unknownModel: '未知',
  answers: '回答',
  read: '输入词元',
  written: '输出词元',
  credits: '点数',
  total: '合计',
  unpriced: '不按点数计费',
  limits: '提醒',
  limitsLede: '用量达到此数额的 80% 和 100% 时，输入框上方会出现提示，但不会阻止你发送。',
  limit: (login, host) => `${login}（${host}）每月点数`,
  limitOff: '不限',
  spent: (spent) => `本月已用 ${spent} 点`,
  loading: '正在统计…',
  inAndOut: (read, written) => `输入 ${read} 词元，输出 ${written} 词元`,
  lessThan: (figure) => `不到 ${figure}`,

  unlimited: '高级请求不限次数',
  unlimitedShort: '不限',
  creditsLeft: (left, all) => `剩余 ${left} / ${all} 点`,
  creditsNone: '套餐不含点数',
  beyond: (count) => `已超出套餐 ${count}`,
  leftShort: (left, all) => `剩余 ${left} / ${all}`,
  resetsShort: (day) => `${day}重置`,

  near: (login) => `${login} 即将达到本月限额`,
  over: (login) => `${login} 已超过本月限额`,
  so: (spent, limit) => `你设定的 ${limit} 点已用 ${spent} 点。可以继续使用：这只是你给自己的提醒。`,
  show: '查看用量',
};
