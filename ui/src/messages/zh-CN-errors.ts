/** 出错时的文字，简体中文。 */
import { attachErrors } from './zh-CN-attach';
import { networkErrors } from './zh-CN-network';
import type { Messages } from './en';

/** 不接受某个主机的原因。 */
const HOST_REFUSED: Readonly<Partial<Record<string, string>>> = {
  empty: '请先输入公司的主机名，例如 github.example.com。',
  scheme: 'Wingman 只通过 https 访问 GitHub。请去掉主机名前面的部分。',
  'user-info': '请去掉用户名和 @，这里只填主机名。',
  port: '请去掉主机名后面的冒号和端口号。',
  path: '请去掉主机名后面的路径，这里只填主机名。',
  'look-alike': '这个名称很像 GitHub 自己的域名，但并不是。请与提供者逐字核对。',
  'not-ascii': '只能使用英文字母、数字、点和连字符。其他字符可能冒充它们，把你带到别处。',
  malformed: '这不是完整的主机名。完整的主机名类似 octocorp.ghe.com 或 github.example.com。',
  sandbox: '内置沙盒不连接其他主机。要使用此主机，请不带沙盒启动 Wingman。',
};

/** 为什么账户不能使用 Copilot，按核心给出的词。 */
const NO_COPILOT: Readonly<Partial<Record<string, string>>> = {
  'free-offered': '此账户还没有 Copilot。GitHub 为它提供免费版：请在 GitHub 的 Copilot 设置中开通，然后重试。',
  'no-plan': '请在 GitHub 上开通 Copilot，或向组织申请席位，然后重试。',
  'seat-pending': '你的组织正在分配席位，但尚未生效。请稍后重试，或询问组织的所有者。',
  disabled: '你的组织关闭了 Copilot 聊天。请让组织的所有者在其 Copilot 策略中开启，然后重试。',
};

/** 登录方式，用在句中。 */
const WAYS: Readonly<Partial<Record<string, string>>> = { browser: '浏览器', code: '设备码', token: '令牌' };

/** 核心用逗号分隔列出的内容。 */
const named = (list: string): string => list.split(',').map((one) => WAYS[one.trim()] ?? one.trim()).join('、');

export const errors: Messages['errors'] = {
  'config-invalid': () => ({
    title: '配置文件有误',
    text: 'Wingman 不会按不完整的配置启动。请改正文件后重试。',
  }),
  'policy-invalid': () => ({
    title: '组织为 Wingman 制定的策略有误',
    text: '这不是你的问题，你的对话是安全的。Wingman 不会按不完整的策略启动。请把下面的位置告诉管理本机的人，由管理员改正文件，然后重试。',
  }),
  'client-missing': ({ host = 'GitHub', ways = 'token' }) => ({
    title: `Wingman 尚未在 ${host} 注册`,
    text: `在那里登录需要 OAuth App 的客户端 ID：请在配置文件的 [github] 下填写 client_id，其他主机填在 [hosts] 下。${ways.includes('token') ? '使用令牌则不需要。' : ''}`,
  }),
  'runtime-missing': ({ looked }) => ({
    title: '找不到 Copilot 运行时',
    text: `${looked ? `已在 ${looked} 中查找。` : ''}请重新安装 Wingman，或在 [copilot] 下设置 runtime_dir。`,
  }),
  'runtime-failed': () => ({
    title: 'Copilot 运行时未能启动',
    text: '你的对话是安全的。请重试；如果仍然失败，请重新安装 Wingman。',
  }),
  'shared-runtime-gone': ({ address }) => ({
    title: '公司的 Copilot 服务器没有响应',
    text: `${address ? `Wingman 已尝试连接 ${address}。` : ''}你写的内容都已保留。请检查通往服务器的隧道是否在运行，然后重试；Wingman 会自动重新连接。`,
  }),
  'shared-runtime-refused': ({ address }) => ({
    title: '公司的 Copilot 服务器拒绝了 Wingman',
    text: `${address ? `位于 ${address} 的服务器` : '服务器'}不接受密钥环中的连接令牌。请索取当前的令牌，用“wingman --store-runtime-token”保存后重试。`,
  }),
  'shared-runtime-token-missing': ({ address }) => ({
    title: '缺少公司 Copilot 服务器的连接令牌',
    text: `密钥环中没有${address ? ` ${address} 的` : ''}连接令牌。请向服务器的管理者索取，用“wingman --store-runtime-token”保存后重试。`,
  }),
  'organization-required': ({ login = '此账户', organizations = '所要求的组织' }) => ({
    title: `${login} 不在 ${organizations} 中`,
    text: '你的公司只允许其成员使用 Wingman。你的问题已保留。请让组织的所有者将你加入，然后重新检查，或改用其他账户。',
  }),
  'organization-unknown': ({ login = '此账户' }) => ({
    title: `暂时无法向 GitHub 确认 ${login} 是否属于你的组织`,
    text: '你的问题已保留。Wingman 会自动再次确认；请稍后重试。',
  }),
  'keychain-locked': () => ({
    title: '密钥环已锁定',
    text: 'Wingman 的登录信息保存在那里。请解锁后重试。',
  }),
  'keychain-failed': () => ({
    title: '密钥环拒绝了请求',
    text: '内容没有写到其他任何地方。请检查密钥环后重试。',
  }),
  'store-key-missing': () => ({
    title: '找不到打开对话所需的密钥',
    text: '对话仍在本机且未被改动，但密钥环中没有打开它们的密钥。请恢复保存该密钥的密钥环后重试。',
  }),
  'passphrase-wrong': () => ({
    title: '密码短语不正确',
    text: '它打不开用另一个密码短语锁定的内容。请留意大小写和键盘语言，然后重试。未作任何更改。',
  }),
  'passphrase-short': ({ characters = '8' }) => ({
    title: '密码短语太短',
    text: `这样很容易被猜到。请至少使用 ${characters} 个字符；几个词更容易记住。`,
  }),
  'passphrase-needed': () => ({
    title: '需要密码短语',
    text: '请输入设置的密码短语，然后重试。未作任何更改。',
  }),
  'store-newer': () => ({
    title: '对话由较新版本的 Wingman 写入',
    text: '对话未被改动。请安装较新的版本来打开。',
  }),
  'store-damaged': () => ({
    title: '对话文件已损坏',
    text: '文件的一部分不是 Wingman 写入的内容，很可能是磁盘出错，而且没有完好的备份。未作任何更改。请换上您自己的副本，或将该文件移走后重新开始。',
  }),
  'store-failed': () => ({
    title: '无法读取或写入对话',
    text: '请检查磁盘空间以及文件夹的写入权限，然后重试。',
  }),
  'disk-full': () => ({
    title: '磁盘已满',
    text: '此内容未能保存；之前保存的内容都完好。请腾出一些磁盘空间后重试。',
  }),
  'disk-read-only': () => ({
    title: 'Wingman 无法写入其文件夹',
    text: '该文件夹或所在磁盘为只读，对话未被改动。请允许写入后重试。',
  }),
  'host-refused': ({ reason = '' }) => ({
    title: '无法使用此主机',
    text: HOST_REFUSED[reason] ?? 'Wingman 无法判断这是哪个 GitHub。请检查主机名。',
  }),
  'host-not-allowed': ({ hosts }) => ({
    title: '不允许在此使用这个主机',
    text: hosts ? `你的组织只允许登录 ${named(hosts)}。` : '你的组织不允许登录这个主机。请选择其他主机。',
  }),
  'way-not-allowed': ({ ways }) => ({
    title: '不允许用这种方式登录',
    text: `${ways ? `你的组织只允许以下登录方式：${named(ways)}。` : ''}请选择列出的方式。`,
  }),
  'account-not-allowed': ({ login = '此账户', host }) => ({
    title: `${login} 不能在此使用`,
    text: `你的组织不允许${host ? ` ${host} 上的` : '该主机的'}账户，或不允许此账户的登录方式。你的问题已保留。请换用其他账户，或重新登录。`,
  }),
  'device-flow-disabled': ({ ways = 'browser' }) => ({
    title: '未启用设备码登录',
    text: `Wingman 所用的应用没有启用这种方式。${ways.includes('browser') ? '请改用浏览器登录。' : '请告知向你提供 Wingman 的人。'}`,
  }),
  'code-rejected': () => ({
    title: 'GitHub 已无法识别这次登录',
    text: '它已被使用过，或耗时太久。本机没有保存任何内容。请重新开始。',
  }),
  'token-classic': () => ({
    title: '这是经典令牌',
    text: 'Copilot 不接受以 ghp_ 开头的令牌。请创建细粒度令牌并复制。',
  }),
  'token-malformed': () => ({
    title: '剪贴板中没有令牌',
    text: '请复制完整的令牌，不要包含其他内容。细粒度令牌以 github_pat_ 开头。',
  }),
  'token-rejected': ({ host = 'GitHub' }) => ({
    title: `${host} 不接受此令牌`,
    text: '它可能已过期、已被删除，或属于其他主机。本机没有保存任何内容。请重新复制，或创建新的令牌。',
  }),
  'copilot-not-served': ({ host = '此主机' }) => ({
    title: `${host} 不提供 Copilot`,
    text: 'GitHub 只在 github.com 和 ghe.com 上提供 Copilot。此账户会保持登录；要向 Copilot 提问，请换用其他账户。',
  }),
  'browser-failed': () => ({
    title: '无法打开浏览器',
    text: '请复制登录链接，在本机的浏览器中打开。',
  }),
  'sign-in-denied': ({ host = 'GitHub' }) => ({
    title: '授权被拒绝',
    text: `${host} 上没有任何更改，本机也没有保存任何内容。如果这不是你的本意，请重新登录。如果是组织拒绝的，请让组织所有者批准 Wingman。`,
  }),
  'sign-in-expired': ({ minutes = '10' }) => ({
    title: '登录已超时',
    text: `为了安全，登录会在 ${minutes} 分钟后失效。请重新开始，并在浏览器中批准。`,
  }),
  'sign-in-unknown': () => ({
    title: '这次登录不是从这里开始的',
    text: '浏览器返回的登录不属于此窗口，可能是重启前开始的。请重新开始。',
  }),
  'sign-in-mismatch': () => ({
    title: '返回的内容与这次登录不符',
    text: '为了安全，Wingman 已停止，没有保存任何内容。请重新开始，并且只使用 Wingman 打开的页面。',
  }),
  'sign-in-refused': ({ error }) => ({
    title: 'GitHub 没有完成登录',
    text: `${error ? `返回信息：${error}。` : ''}本机没有保存任何内容。请重新开始。`,
  }),
  'application-suspended': () => ({
    title: 'GitHub 已停用此应用的注册',
    text: '现在无法用它登录。请告知向你提供 Wingman 的人。',
  }),
  'client-rejected': ({ error }) => {
    if (error === 'redirect_uri_mismatch') {
      return {
        title: 'GitHub 上登记的回调地址不同',
        text: '此应用登记的不是 Wingman 的地址。请让应用的所有者改为 dev.wingman.desktop://oauth/callback。',
      };
    }
    if (error === 'incorrect_client_credentials') {
      return {
        title: 'GitHub 不接受此应用的凭据',
        text: 'client_id 与 client_secret 不匹配，或已失效。请在配置文件中改正，然后重新启动 Wingman。',
      };
    }
    return {
      title: 'GitHub 不接受此应用的注册信息',
      text: '客户端 ID、密钥或回调地址与 GitHub 上的不一致。请在配置文件中改正。',
    };
  },
  'email-unverified': () => ({
    title: '你的电子邮箱尚未验证',
    text: 'GitHub 要求先验证。请在 GitHub 设置中验证，然后重新登录。',
  }),
  'answer-unexpected': ({ host = '服务器' }) => ({
    title: `${host} 返回了意外的内容`,
    text: '可能被代理或网络登录页面拦截。请检查网络后重试。',
  }),
  offline: ({ host = 'GitHub' }) => ({
    title: `无法连接 ${host}`,
    text: '你写的内容都已保留。请检查网络后重试。',
  }),
  'timed-out': ({ host = 'GitHub' }) => ({
    title: `${host} 响应超时`,
    text: '你写的内容都已保留。请稍后重试。',
  }),
  'server-failed': ({ host = 'GitHub', until }) => ({
    title: until ? `${host} 出现故障，${until} 后恢复` : `${host} 出现故障`,
    text: `问题不在你这边，你写的内容都已保留。请${until ? '届时' : '稍后'}重试。`,
  }),
  'rate-limited': ({ until }) => ({
    title: until ? `请求过多，${until} 后可用` : '请求过多',
    text: 'GitHub 限制了此账户的提问频率。你的问题已保留。请稍后重试，或换用其他模型。',
  }),
  'sign-in-needed': ({ login = '此账户' }) => ({
    title: `${login} 需要重新登录`,
    text: 'GitHub 不再接受此账户的登录信息。你的问题、对话和草稿都已保留。',
  }),
  'no-copilot': ({ login = '此账户', reason }) => ({
    title: `${login} 不能使用 Copilot`,
    text: (reason ? NO_COPILOT[reason] : undefined) ?? '请在 GitHub 上开通 Copilot，或向组织申请席位，然后重试。免费版即可。',
  }),
  'quota-used': ({ login = '此账户', until }) => ({
    title: until ? `${login} 的额度已用完，${until} 恢复` : `${login} 的额度已用完`,
    text: '你的问题已保留。请换用其他模型，或在 GitHub 的 Copilot 设置中提高预算。',
  }),
  'models-unavailable': () => ({
    title: '无法获取模型列表',
    text: '没有发送任何内容，也没有产生费用。你的问题已保留。请重试。',
  }),
  'no-models': () => ({
    title: '此账户没有可用的模型',
    text: '组织或你在 GitHub 上的 Copilot 设置没有允许任何模型。你的问题已保留。请先允许一个模型，然后重试。',
  }),
  filtered: () => ({
    title: '内容过滤器中断了这条回答',
    text: '已收到的内容会保留。请换个说法再发送。',
  }),
  'too-long': () => ({
    title: '内容超出了模型的长度上限',
    text: '你的问题已保留。请缩短内容、新建对话，或选择上限更高的模型。',
  }),
  'name-taken': ({ name = '' }) => ({
    title: `已有名为 /${name} 的提示词`,
    text: '请换一个名称，或编辑已有的那一个。',
  }),
  'name-refused': () => ({
    title: '此名称不能用于提示词',
    text: '请使用一个不超过 40 个字符的词，不含空格和斜杠。',
  }),
  'request-refused': () => ({
    title: '模型拒绝了这个请求',
    text: '你的问题已保留。请选择其他模型，或换个说法。',
  }),
  stalled: ({ seconds }) => ({
    title: 'Copilot 没有响应',
    text: `${seconds ? `已有 ${seconds} 秒没有收到内容。` : ''}已收到的内容会保留。请重试。`,
  }),
  interrupted: () => ({
    title: '回答途中连接中断',
    text: '已收到的内容会保留。请重试。',
  }),
  'question-empty': () => ({
    title: '问题是空的',
    text: '请先输入内容，再发送。',
  }),
  busy: () => ({
    title: 'Copilot 仍在这里回答',
    text: '请等回答结束或将其停止，然后重试。',
  }),
  'not-found': () => ({
    title: '内容已不存在',
    text: '它已被删除，或属于其他账户。请从列表中选择其他对话。',
  }),
  'login-start-failed': ({ reason }) => ({
    title: '未能更改“登录时启动”',
    text: `系统没有接受这项更改。请查看系统设置中的登录启动项。${reason ? `（${reason}）` : ''}`,
  }),
  'window-failed': ({ reason }) => ({
    title: '无法再打开一个窗口',
    text: `请关闭另一个窗口后重试。${reason ? `（${reason}）` : ''}`,
  }),
  'file-failed': ({ reason }) => ({
    title: '无法读取或写入文件',
    text: `请选择其他位置或其他文件，然后重试。${reason ? `（${reason}）` : ''}`,
  }),
  'import-unreadable': () => ({
    title: '无法导入此文件',
    text: '它不是 Wingman 的导出文件，也不是 ChatGPT 发给你的文件，或者文件已损坏。没有任何更改。',
  }),
  'import-newer': () => ({
    title: '此文件由更新版本的 Wingman 导出',
    text: '请更新本机的 Wingman，然后重新导入。没有任何更改。',
  }),
  'import-too-large': ({ limit }) => ({
    title: '文件过大',
    text: `可导入的文件${limit ? `最大为 ${limit} MB` : '大小有限'}。请每次导出较少的对话。没有任何更改。`,
  }),
  'link-refused': ({ scheme }) => ({
    title: '未打开此链接',
    text: `Wingman 只打开网页和邮件链接${scheme ? `，而此链接以 ${scheme} 开头` : ''}。`,
  }),
  ...attachErrors,
  ...networkErrors,
  internal: ({ reason }) => ({
    title: 'Wingman 内部出错',
    text: `你的对话是安全的。请重试；如果仍然出现，请在“设置 → 关于”中复制报告。${reason ? `（${reason}）` : ''}`,
  }),
};
