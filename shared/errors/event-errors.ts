import { again, type CatalogueEntry, once } from './catalogue-entry.ts';

/** Of events between subgraphs. They reach operators alone: by the log, the readiness and the commands. */
export const eventErrors = {
  EVENT_EPOCH_CHANGED: once(
    'The events of {producer} began anew (epoch {epoch}); they are not read until somebody decides from where on.',
    '{producer} 的事件已重新开始编号（纪元 {epoch}），在人工确定重放位置之前不再读取。',
  ),
  EVENT_CURSOR_BEYOND_END: once(
    '{seq} events of {producer} were read, but it has only {end}.',
    '已读取 {producer} 的 {seq} 个事件，但其现有事件仅 {end} 个。',
  ),
  EVENT_HISTORY_CHANGED: once(
    'Event {seq} of {producer} is not the one that was read before.',
    '{producer} 的第 {seq} 个事件与先前读取的不同。',
  ),
  EVENT_GAP: once('Event {seq} of {producer} is missing.', '{producer} 缺少第 {seq} 个事件。'),
  EVENT_UNKNOWN: once(
    'Event {seq} of {producer} is a {type} of version {version}, which this release does not know.',
    '{producer} 的第 {seq} 个事件（{type}，版本 {version}）是当前程序版本无法识别的。',
  ),
  EVENT_PARKED: once(
    '{count} events of {producer} are parked, behind one that failed again and again.',
    '{producer} 有 {count} 个事件因前序事件多次处理失败而被搁置。',
  ),
  EVENTS_BEHIND: again(
    'The events of {producer} are read {seconds} seconds late.',
    '{producer} 的事件处理已滞后 {seconds} 秒。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
