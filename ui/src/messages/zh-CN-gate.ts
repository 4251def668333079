/** 组织检查未通过时的文字，简体中文。 */
import type { Messages } from './en';

export const gate: Messages['gate'] = {
  asking: '正在检查你的组织…',
  several: (login) => `${login} 暂时不能向 Copilot 提问`,
  need: (organization) => `你的公司只允许 ${organization} 的成员在此向 Copilot 提问。`,
  needAll: '你的公司要求同时属于以下所有组织。',
  needOne: '你的公司要求属于以下任意一个组织。',
  kept: '对话和草稿仍可阅读。',
  unknown: (login) => `无法向 GitHub 确认 ${login} 是否属于你的组织`,
  byItself: 'Wingman 会自动再次检查。',
  grace: (why, until) => `暂时无法检查你的组织：${why}。${until} 之前可照常使用。`,
  opened: '页面已在浏览器中打开，此窗口会自动继续。',
  openPage: (organization) => `打开 ${organization} 的页面`,
  accept: '接受邀请',
  signOn: (organization) => `在 ${organization} 单点登录`,
  ask: (organization) => `向 ${organization} 申请批准`,
  approvals: (organization) => `打开 ${organization} 的应用审批页面`,
  installed: (organization) => `打开 ${organization} 的已安装应用`,
  tokens: '打开你的令牌页面',
  cannotTell: (organization, login) => `GitHub 没有说明 ${login} 是否属于 ${organization}`,
  notMember: (organization, login) => ({
    title: `${login} 不是 ${organization} 的成员`,
    text: `请让 ${organization} 的所有者将 ${login} 加入组织，然后重新检查。`,
  }),
  invited: (organization, login) => ({
    title: `${organization} 已邀请 ${login}`,
    text: '邀请正等待接受。请在 GitHub 上接受，此窗口会自动继续。',
  }),
  ssoRequired: (organization) => ({
    title: `${organization} 要求单点登录`,
    text: `请在 ${organization} 的页面上完成单点登录，此窗口会自动继续。`,
  }),
  hiddenBySso: (organization, login) => ({
    title: `单点登录之前看不到 ${organization}`,
    text: `该组织使用单点登录，在此之前 GitHub 不会显示 ${login} 是否为其成员。请完成单点登录，此窗口会自动继续。`,
  }),
  maybeHiddenBySso: (organization, login) => ({
    title: `单点登录之前可能看不到 ${organization}`,
    text: `${login} 的部分组织需要单点登录才会显示，这可能是其中之一。请完成单点登录，此窗口会自动继续。如果无法登录，请询问组织的所有者 ${login} 是否为成员。`,
  }),
  appNotApproved: (organization) => ({
    title: `${organization} 尚未批准此应用`,
    text: '请在 GitHub 上申请批准。组织的所有者会收到申请并作出决定，之后此窗口会自动继续。',
  }),
  appForOwners: (organization) => ({
    title: `${organization} 尚未批准此应用`,
    text: `只有 ${organization} 的所有者可以批准。请联系所有者；如果你就是所有者，可以自行批准。`,
  }),
  ipNotAllowed: (organization) => ({
    title: `${organization} 不允许从当前网络访问`,
    text: `你的 IP 地址不在其允许列表中。请连接公司网络或 VPN，或让 ${organization} 的所有者添加你的地址，然后重新检查。`,
  }),
  unseen: {
    scope: () => '此账户的登录缺少 read:org 权限。请重新登录并授予该权限。',
    app: (organization, login) =>
      `Wingman 注册为 GitHub App，只能看到安装了它的组织。请让 ${organization} 的所有者安装它，并授予组织权限 Members: read。也可能 ${login} 并不是成员。`,
    personalToken: (organization) =>
      `细粒度令牌只能看到创建时所选的组织。请为 ${organization} 创建令牌，或改用浏览器登录。`,
    pages: (organization, login) =>
      `GitHub 没有给出 ${login} 的完整组织列表，${organization} 可能在其余部分中。请重新检查；如果没有变化，请用浏览器登录并授予 read:org。`,
    refused: (organization) =>
      `GitHub 拒绝回答，原因不明。请重新检查；如果没有变化，请询问 ${organization} 的所有者对应用有何要求。`,
  },
};
