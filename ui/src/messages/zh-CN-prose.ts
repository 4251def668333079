/** 回答正文中的文字：代码、公式、脚注和图。 */
import type { prose as english } from './en-prose';

export const prose: typeof english = {
  copyHint: '复制为 Markdown，按住 Shift 则复制为纯文本',
  wrap: '自动换行',
  save: '保存代码',
  saved: '已保存',
  draw: '绘图',
  drawDiagram: '绘制此图',
  drawing: '正在绘图…',
  drawn: '图已绘制',
  diagram: '图',
  showCode: '显示代码',
  enlarge: '放大',
  saveDrawing: '保存图片',
  notDrawn: '无法绘制此图',
  tooSlow: '耗时过长。',
  tooLong: (lines, characters) => `内容过长：最多可绘制 ${lines} 行、${characters} 个字符。`,
  unshown: '无法正常显示此消息',
  unshownText: '内容没有丢失。以下是不带格式的文字。',
  formula: '公式',
  unread: '无法显示此公式，以下是它的源代码',
  note: (name) => `脚注 ${name}`,
  backFromNote: (name) => `从脚注 ${name} 返回正文`,
};
