import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { cityMap } from './map-entities.ts';

const file = cityMap
  .pick({ districts: true, boundarySource: true, streetSource: true })
  .extend({ about: z.string() });

/**
 * The districts of Shanghai with their outlines, and their streets. The file says where it comes from; whatever is
 * not known of it is said on every view rather than guessed.
 */
export function readCityMap() {
  const text = readFileSync(new URL('./shanghai.json', import.meta.url), 'utf8');
  const { districts, boundarySource, streetSource } = file.parse(JSON.parse(text));
  return {
    ...{ districts, boundarySource, streetSource },
    coordinateSystem: 'undeclared' as const,
    coordinateNote: {
      zh: '区界来源未声明坐标系，终端位置为 WGS-84，两者叠加可能相差约 500 米；区界精度约 100 米，仅作示意。',
      en: 'The source of the outlines declares no coordinate system; things stand at WGS-84. They may lie about 500 m apart. The outlines are exact to about 100 m and only indicate.',
    },
    missing: {
      zh: '没有取得许可明确的街道边界数据：街道仅按区列出，地图不画街道界线；经济开发区、农场等非行政区划单位未列入。',
      en: 'No street boundaries with a clear licence were to be had: streets are listed by district and not drawn. Economic zones and farms, which are no administrative units, are left out.',
    },
  };
}
