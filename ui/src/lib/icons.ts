/** The icons the window uses, as Primer draws them. Only what is named here is in the bundle. */
import alert from '@primer/octicons/build/svg/alert-16.svg?raw';
import arrowDown from '@primer/octicons/build/svg/arrow-down-16.svg?raw';
import arrowUp from '@primer/octicons/build/svg/arrow-up-16.svg?raw';
import beaker from '@primer/octicons/build/svg/beaker-16.svg?raw';
import bug from '@primer/octicons/build/svg/bug-16.svg?raw';
import check from '@primer/octicons/build/svg/check-16.svg?raw';
import checkCircle from '@primer/octicons/build/svg/check-circle-16.svg?raw';
import chevronDown from '@primer/octicons/build/svg/chevron-down-16.svg?raw';
import chevronRight from '@primer/octicons/build/svg/chevron-right-16.svg?raw';
import clock from '@primer/octicons/build/svg/clock-16.svg?raw';
import comment from '@primer/octicons/build/svg/comment-16.svg?raw';
import commandPalette from '@primer/octicons/build/svg/command-palette-16.svg?raw';
import copy from '@primer/octicons/build/svg/copy-16.svg?raw';
import deviceDesktop from '@primer/octicons/build/svg/device-desktop-16.svg?raw';
import dash from '@primer/octicons/build/svg/dash-16.svg?raw';
import deviceMobile from '@primer/octicons/build/svg/device-mobile-16.svg?raw';
import eye from '@primer/octicons/build/svg/eye-16.svg?raw';
import download from '@primer/octicons/build/svg/download-16.svg?raw';
import file from '@primer/octicons/build/svg/file-16.svg?raw';
import gear from '@primer/octicons/build/svg/gear-16.svg?raw';
import chevronLeft from '@primer/octicons/build/svg/chevron-left-16.svg?raw';
import gitBranch from '@primer/octicons/build/svg/git-branch-16.svg?raw';
import paperAirplane from '@primer/octicons/build/svg/paper-airplane-16.svg?raw';
import sync from '@primer/octicons/build/svg/sync-16.svg?raw';
import globe from '@primer/octicons/build/svg/globe-16.svg?raw';
import graph from '@primer/octicons/build/svg/graph-16.svg?raw';
import info from '@primer/octicons/build/svg/info-16.svg?raw';
import kebab from '@primer/octicons/build/svg/kebab-horizontal-16.svg?raw';
import keyIcon from '@primer/octicons/build/svg/key-16.svg?raw';
import law from '@primer/octicons/build/svg/law-16.svg?raw';
import linkIcon from '@primer/octicons/build/svg/link-16.svg?raw';
import linkExternal from '@primer/octicons/build/svg/link-external-16.svg?raw';
import lock from '@primer/octicons/build/svg/lock-16.svg?raw';
import note from '@primer/octicons/build/svg/note-16.svg?raw';
import organization from '@primer/octicons/build/svg/organization-16.svg?raw';
import paintbrush from '@primer/octicons/build/svg/paintbrush-16.svg?raw';
import paperclip from '@primer/octicons/build/svg/paperclip-16.svg?raw';
import paste from '@primer/octicons/build/svg/paste-16.svg?raw';
import pencil from '@primer/octicons/build/svg/pencil-16.svg?raw';
import person from '@primer/octicons/build/svg/person-16.svg?raw';
import plus from '@primer/octicons/build/svg/plus-16.svg?raw';
import question from '@primer/octicons/build/svg/question-16.svg?raw';
import search from '@primer/octicons/build/svg/search-16.svg?raw';
import sidebarExpand from '@primer/octicons/build/svg/sidebar-expand-16.svg?raw';
import signOut from '@primer/octicons/build/svg/sign-out-16.svg?raw';
import squareFill from '@primer/octicons/build/svg/square-fill-16.svg?raw';
import tabExternal from '@primer/octicons/build/svg/tab-external-16.svg?raw';
import star from '@primer/octicons/build/svg/star-16.svg?raw';
import starFill from '@primer/octicons/build/svg/star-fill-16.svg?raw';
import threeBars from '@primer/octicons/build/svg/three-bars-16.svg?raw';
import trash from '@primer/octicons/build/svg/trash-16.svg?raw';
import unlock from '@primer/octicons/build/svg/unlock-16.svg?raw';
import workflow from '@primer/octicons/build/svg/workflow-16.svg?raw';
import wrap from '@primer/octicons/build/svg/wrap-16.svg?raw';
import x from '@primer/octicons/build/svg/x-16.svg?raw';
import xCircle from '@primer/octicons/build/svg/x-circle-16.svg?raw';
import archive from '@primer/octicons/build/svg/archive-16.svg?raw';
import chevronUp from '@primer/octicons/build/svg/chevron-up-16.svg?raw';
import pin from '@primer/octicons/build/svg/pin-16.svg?raw';
import pinSlash from '@primer/octicons/build/svg/pin-slash-16.svg?raw';
import tasklist from '@primer/octicons/build/svg/tasklist-16.svg?raw';
import upload from '@primer/octicons/build/svg/upload-16.svg?raw';
import arrowLeft from '@primer/octicons/build/svg/arrow-left-16.svg?raw';
import database from '@primer/octicons/build/svg/database-16.svg?raw';
import zoomIn from '@primer/octicons/build/svg/zoom-in-16.svg?raw';

const ICONS = {
  archive,
  'chevron-up': chevronUp,
  download,
  file,
  pin,
  'pin-slash': pinSlash,
  search,
  tasklist,
  upload,
  'arrow-left': arrowLeft,
  database,
  alert,
  'arrow-down': arrowDown,
  'arrow-up': arrowUp,
  beaker,
  bug,
  check,
  'check-circle': checkCircle,
  'chevron-down': chevronDown,
  'chevron-right': chevronRight,
  clock,
  comment,
  'command-palette': commandPalette,
  copy,
  'device-desktop': deviceDesktop,
  dash,
  'device-mobile': deviceMobile,
  gear,
  'chevron-left': chevronLeft,
  'git-branch': gitBranch,
  'paper-airplane': paperAirplane,
  sync,
  globe,
  info,
  kebab,
  key: keyIcon,
  law,
  link: linkIcon,
  'link-external': linkExternal,
  lock,
  organization,
  paintbrush,
  paperclip,
  paste,
  pencil,
  person,
  plus,
  question,
  'sidebar-expand': sidebarExpand,
  'sign-out': signOut,
  'square-fill': squareFill,
  'tab-external': tabExternal,
  'three-bars': threeBars,
  trash,
  unlock,
  eye,
  graph,
  note,
  star,
  'star-fill': starFill,
  workflow,
  wrap,
  x,
  'x-circle': xCircle,
  'zoom-in': zoomIn,
};

/** The name of an icon. */
export type IconName = keyof typeof ICONS;

/** An icon's SVG, hidden from assistive technology: the words beside it carry the meaning. */
export function iconMarkup(name: IconName, classes = 'icon'): string {
  return ICONS[name].replace('<svg ', `<svg class="${classes}" aria-hidden="true" `);
}
