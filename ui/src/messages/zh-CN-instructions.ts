/** 关于指令和常用提示词的文字，简体中文。 */
import type { Messages } from './en';

export const told: Messages['told'] = {
  page: '指令',
  lede: '在每个对话之前告诉 Copilot 的内容，例如如何回答、需要了解你的哪些情况。它会随每个问题一起发送，并计入词元。',
  everywhere: '用于所有对话',
  everywherePlaceholder: '请简短回答。我使用 Rust 和 TypeScript。',
  saved: '已保存',
  saving: '正在保存…',

  here: '此对话的指令',
  hereMenu: '指令…',
  hereOn: '此对话的指令，已启用',
  hereText: '从下一个问题起，Copilot 仅在此对话中遵循这些指令。与用于所有对话的指令不同时，以此为准。',
  herePlaceholder: '你在审阅我的论文，请严格一些。',
  alsoEverywhere: '用于所有对话的指令同样有效：',
  save: '保存',
  close: '关闭',

  prompts: '常用提示词',
  promptsLede: '在输入框中输入 / 和名称，即可插入文字。{{双花括号}} 中的内容会先请你填写。',
  noPrompts: '还没有常用提示词。',
  add: '添加提示词',
  edit: (name) => `编辑 /${name}`,
  remove: (name) => `删除 /${name}`,
  removeTitle: (name) => `删除 /${name}？`,
  removeText: '此提示词将被删除。用过它的对话保持不变。',
  newTitle: '新提示词',
  editTitle: (name) => `提示词 /${name}`,
  name: '名称',
  nameHint: '一个词，输入斜杠后键入。',
  text: '内容',
  textHint: '例如：翻译成{{语言}}：',
  needed: '提示词需要名称和内容。',

  list: '常用提示词',
  listHint: (count) => `${count} 个常用提示词。用方向键选择，按 Enter 插入。`,
  fillTitle: (name) => `填写 /${name}`,
  insert: '插入',
};
