/** What a menu offers. */
import type { Account } from '../bridge';
import type { IconName } from './icons';

export type MenuItem = {
  label: string;
  /** Its accessible name, when its words alone do not tell it from others. */
  name?: string;
  icon?: IconName;
  /** Stands for an account: its picture is shown. */
  face?: Account;
  /** A second line. */
  hint?: string;
  /** One of several of which one is chosen. */
  checked?: boolean;
  danger?: boolean;
  /** Something must be done about it. */
  attention?: boolean;
  /** Begins a group. */
  apart?: boolean;
  run: () => void;
};
