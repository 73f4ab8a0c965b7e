import type { ThemeConfig } from 'antd';

/**
 * The one place of colours, sizes and durations. Everything else names them: style sheets as CSS
 * variables (`styleSheet`), Ant Design as its tokens (`antDesignTheme`).
 */

/** `light` for every page; `dark` for the operations room. */
export type Surface = 'light' | 'dark';

/**
 * `faint` and `accent` are too light for words: 3.1:1 and 2.5:1 on the light surface. They draw
 * marks and lines; words stand in ink, secondary or primary. theme.test.ts holds the pairs that
 * carry words.
 */
export const palettes = {
  light: {
    canvas: '#F6F7F9',
    surface: '#FFFFFF',
    line: '#E3E6EB',
    ink: '#1A1F27',
    secondary: '#56606E',
    faint: '#8A93A0',
    primary: '#2447C8',
    accent: '#D9962E',
    good: '#1B8757',
    attention: '#B96F00',
    bad: '#C23A2F',
    stopped: '#6B4FA3',
  },
  dark: {
    canvas: '#0D131F',
    surface: '#151D2C',
    line: '#27324A',
    ink: '#E8EDF6',
    secondary: '#A5B0C3',
    faint: '#6F7C93',
    primary: '#7C9BFF',
    accent: '#F0B45A',
    good: '#4CC38A',
    attention: '#F0A63C',
    bad: '#FF7A6E',
    stopped: '#B79BEA',
  },
} as const;

/** CSS pixels. `step` is a fifth of `primary` on a sequential map. */
const text = [12, 14, 16, 20, 28, 40] as const;
const space = [4, 8, 12, 16, 24, 32, 48] as const;
const radius = 8;
const motionMs = 160;
const weights = { plain: 400, strong: 600 } as const;
const sequentialSteps = [1, 2, 3, 4, 5] as const;

/** Widths at which the layout changes; media queries may name these figures and no others. */
export const breakpoints = { phone: 719, desk: 1099 } as const;

const measures = {
  hair: 1,
  ring: 2,
  mark: 12,
  icon: 16,
  logo: 20,
  hit: 32,
  control: 36,
  bar: 56,
  navigation: 200,
  side: 320,
  sheet: 480,
  form: 640,
  menu: 240,
  read: 720,
  page: 1240,
} as const;

const faces = {
  font: [
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei'",
    "'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
  ].join(', '),
  mono: "ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace",
} as const;

const surfaceVariables = (surface: Surface): string[] => {
  const mix = (colour: string, percent: number) =>
    `color-mix(in srgb, var(--${colour}) ${percent}%, var(--surface))`;
  return [
    `color-scheme: ${surface}`,
    ...Object.entries(palettes[surface]).map(([name, value]) => `--${name}: ${value}`),
    ...['primary', 'good', 'attention', 'bad', 'stopped', 'accent', 'faint'].map(
      (name) => `--${name}-tint: ${mix(name, 9)}`,
    ),
    `--hover: ${mix('ink', 5)}`,
    `--pressed: ${mix('ink', 9)}`,
    `--primary-hover: color-mix(in srgb, var(--primary) 88%, var(--ink))`,
    `--on-primary: ${surface === 'light' ? palettes.light.surface : palettes.dark.canvas}`,
    `--shadow: 0 8px 28px rgb(${surface === 'light' ? '26 31 39 / 14%' : '0 0 0 / 50%'})`,
    `--veil: rgb(${surface === 'light' ? '26 31 39 / 32%' : '0 0 0 / 56%'})`,
    ...sequentialSteps.map((step) => `--step-${step}: ${mix('primary', 4 + step * 16)}`),
  ];
};

/** The style sheet of variables which Vite puts into the head of the page. */
export function styleSheet(): string {
  const fixed = [
    ...Object.entries(faces).map(([name, value]) => `--${name}: ${value}`),
    ...text.map((pixels) => `--text-${pixels}: ${pixels / 16}rem`),
    ...space.map((pixels) => `--space-${pixels}: ${pixels}px`),
    ...Object.entries(measures).map(([name, pixels]) => `--${name}: ${pixels}px`),
    ...Object.entries(weights).map(([name, weight]) => `--weight-${name}: ${weight}`),
    `--radius: ${radius}px`,
    `--radius-small: ${radius / 2}px`,
    '--radius-round: 999px',
    '--row: 40px',
    '--lines: 1.6',
    '--lines-tight: 1.3',
    `--motion: ${motionMs}ms`,
    '--pulse: 2400ms',
  ];
  const rule = (selector: string, body: readonly string[]) => `${selector}{${body.join(';')}}`;
  return [
    rule(':root', [...fixed, ...surfaceVariables('light')]),
    rule('[data-surface="dark"]', surfaceVariables('dark')),
    rule('[data-density="dense"]', ['--row: 32px']),
    `@media (prefers-reduced-motion: reduce){${rule(':root', ['--motion: 0ms', '--pulse: 0ms'])}}`,
  ].join('\n');
}

/**
 * The same tokens for Ant Design. `surface` colours it; the algorithm stands in ui/controls.tsx.
 */
export function antDesignTheme(surface: Surface): ThemeConfig {
  const palette = palettes[surface];
  return {
    token: {
      colorPrimary: palette.primary,
      colorLink: palette.primary,
      colorSuccess: palette.good,
      colorWarning: palette.attention,
      colorError: palette.bad,
      colorText: palette.ink,
      colorTextSecondary: palette.secondary,
      colorTextTertiary: palette.secondary,
      colorTextPlaceholder: palette.secondary,
      colorBorder: palette.faint,
      colorBorderSecondary: palette.line,
      colorBgLayout: palette.canvas,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.surface,
      fontFamily: faces.font,
      fontFamilyCode: faces.mono,
      fontSize: text[1],
      fontSizeSM: text[0],
      fontSizeLG: text[2],
      fontWeightStrong: weights.strong,
      borderRadius: radius,
      controlHeight: measures.control,
      controlHeightSM: measures.hit,
      lineWidthFocus: measures.ring,
      motionDurationFast: `${motionMs / 2}ms`,
      motionDurationMid: `${motionMs}ms`,
      motionDurationSlow: `${motionMs}ms`,
    },
  };
}
