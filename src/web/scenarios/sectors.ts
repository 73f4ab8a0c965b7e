import type { Bilingual } from '#web/words.ts';

/** The sectors that readers choose from; a platform may hold others, which show by their key. */
export const sectorNames: Readonly<Record<string, Bilingual>> = {
  manufacturing: { zh: '制造', en: 'Manufacturing' },
  health: { zh: '医疗', en: 'Health' },
  finance: { zh: '金融', en: 'Finance' },
  transport: { zh: '交通', en: 'Transport' },
  shipping: { zh: '航运物流', en: 'Shipping and logistics' },
  energy: { zh: '能源', en: 'Energy' },
  environment: { zh: '生态环境', en: 'Environment' },
  education: { zh: '教育', en: 'Education' },
  commerce: { zh: '商贸', en: 'Commerce' },
  culture: { zh: '文化旅游', en: 'Culture and tourism' },
  agriculture: { zh: '农业', en: 'Agriculture' },
  government: { zh: '政务服务', en: 'Public services' },
  city: { zh: '城市治理', en: 'City management' },
  science: { zh: '科研', en: 'Science' },
};
