/** 关于回答受阻和网络故障的文字，简体中文。 */
import type { Messages } from './en';
import type { networkErrors as Words } from './en-network';

export const holdup: Messages['holdup'] = {
  tryingAgain: (attempt, of) => `正在重试（第 ${attempt} 次，共 ${of} 次）`,
  silent: 'Copilot 暂无动静',
  silentFor: (seconds) => `已有 ${seconds} 秒没有收到内容。模型思考较久时会这样，也可能是连接断了。`,
  givenUpIn: (seconds) => `已收到的内容会保留。${seconds} 秒后将自动结束这条回答。`,
};

export const networkErrors: typeof Words = {
  'host-not-found': ({ host = 'GitHub' }) => ({
    title: `找不到 ${host}`,
    text: '当前网络不认识这个名称，或者本机处于离线状态。你写的内容都已保留。请检查网络；如果是公司的主机，请先连接公司的 VPN，然后重试。',
  }),
  'certificate-untrusted': ({ host = 'GitHub' }) => ({
    title: `本机不信任以 ${host} 名义应答的一方`,
    text: '没有发送任何内容，你写的内容都已保留。如果公司会检查网络流量，本机必须信任公司的证书：请询问管理本机的人。在其他地方，请换一个网络。',
  }),
  'certificate-expired': ({ host = 'GitHub' }) => ({
    title: `${host} 的证书目前无效`,
    text: '没有发送任何内容，你写的内容都已保留。请先检查本机的日期和时间。如果无误，请告知该主机或网络的管理者，稍后重试。',
  }),
  'tls-failed': ({ host = 'GitHub' }) => ({
    title: `无法与 ${host} 建立安全连接`,
    text: '应答的一方没有按要求加密，可能是网络的登录页面或过旧的代理。没有发送任何内容，你写的内容都已保留。请在浏览器中完成网络登录或换一个网络，然后重试。',
  }),
  'proxy-sign-in': () => ({
    title: '代理要求登录',
    text: '网络的代理需要用户名和密码才能通过。你写的内容都已保留。请在代理设置中填写，或询问管理本机的人，然后重试。',
  }),
  'proxy-refused': ({ host = 'GitHub' }) => ({
    title: `代理不允许访问 ${host}`,
    text: '网络的代理拦截了此主机，或无法连接它。你写的内容都已保留。请让网络管理者放行，然后重试。',
  }),
  'proxy-unreachable': () => ({
    title: '代理没有响应',
    text: '本机设置为通过代理上网，但现在无法连接该代理。你写的内容都已保留。请连接代理所在的网络或改正代理设置，然后重试。',
  }),
};
