/** 随问题一起发送的文件，简体中文。 */
import type { Messages } from './en';
import type { attachErrors as english } from './en-attach';
import { sizeIn } from './sizes';

export const attach: Messages['attach'] = {
  attach: '添加附件',
  choose: '选择附件',
  list: '附件',
  size: (bytes) => sizeIn('zh-CN', bytes),
  pages: (count) => `${count} 页`,
  pixels: (width, height) => `${width} × ${height}`,
  show: (name) => `查看 ${name}`,
  remove: (name) => `移除 ${name}`,
  reading: (name) => `正在读取 ${name}…`,
  added: (name) => `已添加 ${name}`,
  removed: (name) => `已移除 ${name}`,
  hintReading: '文件仍在读取，完成后即可发送。',
  pasted: '粘贴的图片',
  drop: '松开即可添加',
  dropHint: '图片、文本文件和 PDF',
  pdfText: 'PDF 中的文字，即 Copilot 读到的内容',
  loading: '正在打开…',
  close: '关闭',
};

const file = (name: string | undefined): string => (name === undefined ? '此文件' : `“${name}”`);
const size = (bytes: string | undefined): string => (bytes === undefined ? '' : sizeIn('zh-CN', Number(bytes)));
const count = (number: string | undefined): string => (number === undefined ? '' : new Intl.NumberFormat('zh-CN').format(Number(number)));

export const attachErrors: typeof english = {
  'attachment-too-large': ({ name, size: is, limit }) => ({
    title: `${file(name)}太大`,
    text: `${is ? `需要发送的内容有 ${size(is)}。` : ''}${limit ? `最多可以发送 ${size(limit)}。` : ''}请只添加其中一部分。`,
  }),
  'attachment-empty': ({ name }) => ({
    title: `${file(name)}是空的`,
    text: '其中没有可发送的内容。请选择其他文件。',
  }),
  'attachment-unknown': ({ name }) => ({
    title: `无法添加${file(name)}`,
    text: '它不是这里能读取的图片、文本或 PDF。请另存为其中一种（文本请用 UTF-8 编码），再添加。',
  }),
  'attachment-damaged': ({ name }) => ({
    title: `无法读取${file(name)}`,
    text: '文件已损坏或不完整。请用原来的程序打开并重新保存，再添加。',
  }),
  'attachment-unread': ({ name }) => ({
    title: `无法打开${file(name)}`,
    text: '它可能已不存在，可能是文件夹，也可能没有读取权限。请检查后再添加。',
  }),
  'picture-too-large': ({ name, width, height, limit }) => ({
    title: `图片${file(name)}太大`,
    text: `${width && height ? `它有 ${count(width)} × ${count(height)} 像素。` : ''}${limit ? `最多可以处理 ${count(`${Number(limit) * 1_000_000}`)} 像素。` : ''}请把图片缩小，再重新添加。`,
  }),
  'pdf-locked': ({ name }) => ({
    title: `${file(name)}需要密码`,
    text: '请用 PDF 程序打开，去掉密码后另存，再添加。',
  }),
  'pdf-without-text': ({ name }) => ({
    title: `${file(name)}中没有文字`,
    text: '它的页面是扫描得到的图片。请把页面作为图片添加，或先做文字识别。',
  }),
  'too-many-attachments': ({ limit }) => ({
    title: '附件太多',
    text: `${limit ? `一个问题最多可带 ${limit} 个附件。` : ''}请移除一些，或分成几个问题发送。`,
  }),
  'model-without-vision': ({ model }) => ({
    title: `${model ?? '此模型'} 不接受图片`,
    text: '请选择其他模型，或移除图片。你的问题和所有附件都已保留。',
  }),
  'too-many-pictures': ({ model, count: has, limit }) => ({
    title: '一个问题中的图片太多',
    text: `${limit ? `${model ?? '此模型'} 一次最多接受 ${limit} 张${has ? `，现有 ${has} 张` : ''}。` : ''}请移除一些，或选择其他模型。`,
  }),
  'attachments-too-long': ({ model, size: is, limit }) => ({
    title: '文字超出此模型的限度',
    text: `${is && limit ? `附件约有 ${count(is)} 个词元，而 ${model ?? '此模型'} 最多读取 ${count(limit)} 个。` : ''}请移除一部分，或选择其他模型。`,
  }),
};
