import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { projectRoot } from '../../contracts/project-root';

/** A history in the JSON form of protobuf. */
export interface RecordedHistory {
  events: RecordedEvent[];
}

export interface RecordedEvent {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityId: string; activityType: { name: string } };
}

const FOLDER = path.join(projectRoot(), 'test', 'replay', 'histories');
const ENDING = '.json.gz';

export function historyNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .sort();
}

export function readHistory(name: string): RecordedHistory {
  const parsed: RecordedHistory = JSON.parse(gunzipSync(readFileSync(path.join(FOLDER, name + ENDING))).toString('utf8'));
  return parsed;
}

/** Without the name of the machine that recorded it. */
export function writeHistory(name: string, json: string): void {
  const text = json.replace(/"identity":\s*"[^"]*"/g, '"identity":"recorder"').replaceAll(os.hostname(), 'recorder');
  writeFileSync(path.join(FOLDER, name + ENDING), gzipSync(JSON.stringify(JSON.parse(text)), { level: 9 }));
}
