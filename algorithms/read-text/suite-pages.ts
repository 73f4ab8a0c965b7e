/**
 * The pictures of the suite as pages: what is drawn, and what a reader is to find. Names and numbers on them are made up,
 * except those of well-known streets.
 */

export type SuitePage = {
  id: string;
  width: number;
  height: number;
  /** Lines from the top; those of a row in one string, parted by a space. */
  expected: readonly string[];
  /** The name of the sample that it is as well. */
  sample?: string;
  /** What stands in the page's body. */
  body: string;
  style?: string;
  format?: 'png' | 'jpeg';
  /** Of the JPEG, from 1 to 100. */
  quality?: number;
};

const lines = (texts: readonly string[], size: number, extra = '') =>
  texts.map((text) => `<p style="font-size:${size}px;${extra}">${text}</p>`).join('');

const sign = (
  id: string,
  expected: readonly string[],
  sizes: readonly number[],
  style: string,
  around: Partial<SuitePage> = {},
): SuitePage => ({
  id,
  width: 480,
  height: 240,
  expected,
  body: `<div style="margin:30px;padding:20px;text-align:center;border-radius:10px;${style}">${expected
    .map((text, index) => lines([text], sizes[index] ?? 24, 'margin:6px'))
    .join('')}</div>`,
  ...around,
});

const NOTICE = [
  '关于开展老旧小区电梯加装工作的通知',
  '各居民委员会：',
  '为改善居民出行条件，经街道办事处研究决定，自2026年3月起，',
  '在辖区内开展既有多层住宅加装电梯的意愿征询工作。',
  '一、申请人应当经本单元三分之二以上业主同意。',
  '二、施工时间为每日8:00至18:00，节假日不得施工。',
  '三、咨询电话：021-55501234，联系人：王老师。',
  '特此通知。',
];

const LEFT = [
  '城市是人们生活的地方',
  '道路桥梁和公园都在其中',
  '每一盏路灯都有编号',
  '夜里它们自己会亮起来',
];
const RIGHT = [
  '传感器每五秒钟读一次数',
  '数据先存好然后再确认',
  '异常的读数会变成事件',
  '由值班的人员到场处理',
];

const ENGLISH = [
  'Notice of Road Works',
  'Dear residents, the eastern lane of Harbour Road will be closed',
  'from 12 April to 30 June 2026 while the water main is renewed.',
  'Bus lines 37 and 921 stop at the corner of Garden Street instead.',
  'Please keep clear of the excavation, and call 021-5550 0199',
  'if your entrance is blocked. We thank you for your patience.',
];

const RECEIPT: readonly (readonly [string, string])[] = [
  ['品名', '金额'],
  ['矿泉水', '2.50'],
  ['全麦面包', '13.80'],
  ['苹果', '9.60'],
  ['合计', '25.90'],
];

const document = (texts: readonly string[], size = 17) =>
  `<div style="padding:26px;color:#222">${lines(texts.slice(0, 1), size + 7, 'text-align:center;margin:4px 0 14px')}${lines(texts.slice(1), size, 'margin:9px 0')}</div>`;

const columns = `<div style="padding:24px;color:#111">${lines(['智慧城市简报'], 30, 'text-align:center;margin:0 0 18px')}<div style="display:flex;gap:60px">${[LEFT, RIGHT].map((each) => `<div>${lines(each, 20, 'margin:9px 0')}</div>`).join('')}</div></div>`;

const receipt = `<div style="padding:20px;font-size:22px">${RECEIPT.map(
  ([left, right]) =>
    `<p style="display:flex;justify-content:space-between;margin:8px 0"><span>${left}</span><span>${right}</span></p>`,
).join('')}</div>`;

const wall = 'background:repeating-linear-gradient(92deg,#9a9387,#b3ac9e 7px,#8b8478 15px)';
const roadSign = 'background:#0a4ea2;color:#fff;border:4px solid #fff';
const wayside = 'background:#006b3f;color:#fff;border:4px solid #fff';

const turn = (degrees: number) => `transform:rotate(${degrees}deg)`;

export const suitePages: readonly SuitePage[] = [
  sign('street-nanjing', ['南京东路', 'NANJING RD. (E)'], [64, 28], roadSign),
  sign('street-wall', ['人民大道', 'RENMIN AVE.'], [60, 28], roadSign, {
    style: wall,
    format: 'jpeg',
    quality: 60,
    sample: 'street-sign.jpg',
  }),
  sign('motorway', ['虹桥枢纽', '出口 2km'], [58, 36], wayside),
  sign('parking', ['地下停车场', '剩余车位 128'], [54, 34], 'background:#1557b0;color:#fff'),
  sign('danger', ['高压危险', '禁止攀登'], [60, 40], 'background:#ffd500;color:#111'),
  sign('shop', ['老街面馆', '营业时间 10:00-22:00'], [58, 26], 'background:#7a1f1f;color:#ffe9b0'),
  sign('metro', ['世纪大道站', 'Century Avenue'], [52, 32], 'background:#fff;color:#c00'),
  sign('toilet', ['公共卫生间', 'Toilet'], [50, 40], 'background:#2d7d46;color:#fff'),
  sign('low-contrast', ['请勿停车', '消防通道'], [52, 40], 'background:#a8a8a8;color:#787878'),
  sign(
    'blurred',
    ['浦东新区政务服务中心', '二楼办事大厅'],
    [38, 34],
    `${roadSign};filter:blur(1.2px)`,
  ),
  sign('coarse-jpeg', ['垃圾分类投放点', '可回收物'], [48, 40], 'background:#0b6fb8;color:#fff', {
    format: 'jpeg',
    quality: 18,
  }),
  sign('slanted-right', ['中山北路', 'ZHONGSHAN RD.'], [56, 28], `${roadSign};${turn(10)}`, {
    height: 300,
    style: 'padding-top:30px',
  }),
  sign('slanted-left', ['延安高架', 'YANAN ELEVATED'], [56, 28], `${wayside};${turn(-10)}`, {
    height: 300,
    style: 'padding-top:30px',
  }),
  sign('on-its-head', ['静安寺广场', '由此向前 300米'], [52, 32], `${roadSign};${turn(180)}`),
  sign(
    'aslant-in-space',
    ['世博园区', 'EXPO PARK'],
    [62, 34],
    `${roadSign};transform:perspective(500px) rotateY(34deg)`,
  ),
  sign('tiny', ['外滩观光隧道'], [15], 'background:#fff;color:#222;margin:8px;padding:4px', {
    width: 140,
    height: 48,
  }),
  sign('huge', ['慢'], [420], 'background:#fff;color:#111', { width: 640, height: 640 }),
  sign('plate', ['沪A·D12345'], [64], 'background:#13498f;color:#fff;letter-spacing:3px', {
    height: 190,
  }),
  { id: 'notice', width: 640, height: 400, expected: NOTICE, body: document(NOTICE) },
  {
    id: 'notice-on-its-head',
    width: 640,
    height: 400,
    expected: NOTICE,
    body: document(NOTICE),
    style: turn(180),
  },
  {
    id: 'notice-slanted',
    width: 700,
    height: 520,
    expected: NOTICE,
    body: `<div style="${turn(10)};margin-top:50px;background:#fff">${document(NOTICE)}</div>`,
    style: 'background:#777',
    format: 'jpeg',
    quality: 70,
    sample: 'notice.jpg',
  },
  { id: 'english', width: 640, height: 300, expected: ENGLISH, body: document(ENGLISH) },
  {
    id: 'columns',
    width: 600,
    height: 270,
    expected: ['智慧城市简报', ...LEFT, ...RIGHT],
    body: columns,
    sample: 'newsletter.png',
  },
  {
    id: 'columns-lying',
    width: 600,
    height: 600,
    expected: ['智慧城市简报', ...LEFT, ...RIGHT],
    body: `<div style="${turn(90)};margin-top:165px">${columns}</div>`,
  },
  {
    id: 'receipt',
    width: 320,
    height: 250,
    expected: RECEIPT.map(([left, right]) => `${left} ${right}`),
    body: receipt,
  },
  {
    id: 'small-print',
    width: 640,
    height: 260,
    expected: NOTICE.slice(1),
    body: `<div style="padding:20px;color:#222">${lines(NOTICE.slice(1), 12, 'margin:5px 0')}</div>`,
  },
  {
    id: 'serif-english',
    width: 600,
    height: 230,
    expected: ENGLISH,
    body: document(ENGLISH, 15),
    style: "font-family:'DejaVu Serif'",
    format: 'jpeg',
    quality: 55,
  },
  {
    id: 'dense-serif',
    width: 560,
    height: 210,
    expected: NOTICE,
    body: `<div style="padding:16px;line-height:1.1">${lines(NOTICE, 14, 'line-height:1.15')}</div>`,
    style: "font-family:'Noto Serif CJK SC'",
  },
  sign('night', ['前方学校', '限速 30'], [54, 44], 'background:#1a1a22;color:#55555f', {
    style: 'background:#0d0d12',
    format: 'jpeg',
    quality: 40,
  }),
  { id: 'no-text', width: 320, height: 200, expected: [], body: '', style: wall },
];
