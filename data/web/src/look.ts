// How the console looks on this browser: kept here, since it is nobody's secret and no other browser's business.
export interface Look {
  theme: 'system' | 'light' | 'dark';
  density: 'normal' | 'compact';
  shortcuts: 'on' | 'off';
}
const kName = 'reeve-look';
const kPlain: Look = { theme: 'system', density: 'normal', shortcuts: 'on' };

export function readLook(): Look {
  try {
    return { ...kPlain, ...(JSON.parse(localStorage.getItem(kName) ?? '{}') as Partial<Look>) };
  } catch {
    return kPlain;
  }
}
export function applyLook(look: Look = readLook()): void {
  const root = document.documentElement;
  if (look.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = look.theme;
  root.dataset['density'] = look.density;
}
export function keepLook(look: Look): void {
  try {
    localStorage.setItem(kName, JSON.stringify(look));
  } catch {
    // Where nothing may be stored the look lasts as long as the page.
  }
  applyLook(look);
}
