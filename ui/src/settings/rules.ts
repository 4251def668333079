/** The rules of the administrator's policy, in plain words. */
import type { Managed, Rule } from '../bridge';
import { listed, say } from '../messages/say.svelte';

/** What a rule says. */
export function ruleWords(rule: Rule, name: string | null): string {
  const words = say.managed;
  switch (rule.kind) {
    case 'hosts':
      return words.list(rule.hosts);
    case 'organizations': {
      const all = words.list(rule.required);
      if (rule.required.length < 2) return all;
      return rule.all ? words.allOf(all) : words.anyOf(all);
    }
    case 'ways':
      return words.list(rule.ways.map((way) => words.ways[way]));
    case 'models': {
      const beginnings = rule.models.filter((id) => id.endsWith('*')).map((id) => id.slice(0, -1));
      return words.models(rule.models.filter((id) => !id.endsWith('*')), beginnings);
    }
    case 'model':
      return rule.model;
    case 'runtime':
      // As an address is said, not as it is written in a file.
      return rule.address === null ? words.runtimeHere : words.runtimeShared(rule.address.replace('://', ' '));
    case 'handover':
      return words.handover[rule.handover];
    case 'proxy':
      return rule.address ?? (rule.system ? words.proxySystem : words.proxyNone);
    case 'authorities':
      return rule.file;
    case 'retention':
      return words.retention(rule.days);
    case 'signOut':
      return words.signOut(rule.deletes);
    case 'memoryOnly':
      return words.memoryOnly;
    case 'grace':
      return words.grace(rule.hours);
    case 'scopes':
      return words.list(rule.scopes);
    case 'updates':
      return rule.enabled ? words.updatesSelf : words.updatesBy(name);
  }
}

/** What all is laid down, in one line. */
export function summary({ name, rules }: Managed): string {
  const subjects = [...new Set(rules.map(({ kind }) => say.managed.subjects[kind]))];
  if (subjects.length === 0) return say.managed.by(name);
  return say.managed.sets(name, listed(subjects, 'and'));
}
