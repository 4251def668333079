/** 由管理员决定时的文字，简体中文。 */
import type { Messages } from './en';

/** 名称在句中：汉字与西文之间留一个空格。 */
function amid(name: string | null): string {
  const who = name ?? '你的组织';
  return `${/^\p{Script=Han}/u.test(who) ? '' : ' '}${who}${/\p{Script=Han}$/u.test(who) ? '' : ' '}`;
}
/** 名称在句首。 */
const first = (name: string | null): string => amid(name).trimStart();
const kept = '对话和草稿仍可阅读。';

export const managed: Messages['managed'] = {
  page: '组织',
  by: (name) => `由${amid(name)}管理`,
  lede: (name) => `以下设置由${amid(name)}在本机统一规定，无法在此更改。`,
  sets: (name, what) => `由你的组织管理：${name === null ? '' : first(name)}规定了${what}。`,
  rules: {
    hosts: '登录主机',
    organizations: '必须加入的组织',
    ways: '登录方式',
    grace: '无法询问 GitHub 时',
    scopes: '申请的权限',
    models: '模型',
    model: '新对话的模型',
    runtime: 'Copilot 运行时',
    handover: 'GitHub 令牌',
    proxy: '代理服务器',
    authorities: '另外信任的证书',
    retention: '对话保留',
    signOut: '退出账户时',
    memoryOnly: '保存内容',
    updates: '更新',
  },
  subjects: {
    hosts: '登录方式',
    organizations: '登录方式',
    ways: '登录方式',
    grace: '登录方式',
    scopes: '登录方式',
    models: '可用模型',
    model: '可用模型',
    runtime: 'Copilot 的运行方式',
    handover: 'Copilot 的运行方式',
    proxy: '网络的连接方式',
    authorities: '网络的连接方式',
    retention: '对话保留期限',
    signOut: '对话保留期限',
    memoryOnly: '对话保留期限',
    updates: '更新方式',
  },
  ways: { browser: '浏览器', code: '设备码', token: '令牌' },
  file: '策略文件',
  list: (all) => all.join('、'),
  allOf: (organizations) => `以下全部：${organizations}`,
  anyOf: (organizations) => `以下任意一个：${organizations}`,
  models: (ids, beginnings) => {
    if (beginnings.includes('')) return '所有模型';
    if (beginnings.length === 0) return ids.join('、');
    return [...ids, `所有以 ${beginnings.join(' 或 ')} 开头的模型`].join('、');
  },
  runtimeHere: '在本应用内',
  runtimeShared: (address) => `共享，位于 ${address}`,
  handover: {
    door: '由 Wingman 放入每个请求，Copilot 运行时不会看到',
    sdk: '交给 Copilot 运行时，由它放入每个请求',
  },
  proxySystem: '以系统设置为准',
  proxyNone: '不使用',
  retention: (count) => `最后一条消息之后 ${count} 天`,
  signOut: (deletes) => (deletes ? '删除其对话' : '保留其对话'),
  memoryOnly: '不保存：关闭 Wingman 后，对话和登录信息都会消失',
  grace: (hours) => (hours === 0 ? '不能继续使用' : `可继续使用 ${hours} 小时`),
  updatesSelf: '由你决定',
  updatesBy: (name) => `由${amid(name)}安装`,
  modelsChosen: '可用的模型由你的组织决定。',
  deletedAfter: (count) => `对话会在最后一条消息之后 ${count} 天删除。`,
  noWay: (host, name) => `${host} 没有配置 OAuth App，而${amid(name)}不允许使用令牌。请选择其他主机，或联系管理本机的人。`,
  hostDisallowed: (login, host, name, hosts) => ({
    title: `${host} 上的 ${login} 不能在此使用`,
    text: `${first(name)}只允许 ${hosts.join('、')} 上的账户。${kept}`,
  }),
  wayDisallowed: (login, name) => ({
    title: `${login} 需要换一种方式登录`,
    text: `${first(name)}不允许此账户原来的登录方式。重新登录后即可继续使用。${kept}`,
  }),
  disallowed: (login, name) => ({
    title: `${login} 不能在此使用`,
    text: `${first(name)}不允许此账户原来的登录方式，而它的主机没有其他方式。请联系管理本机的人。${kept}`,
  }),
  hint: '此账户不能在此发送。你输入的内容会保留。',
};
