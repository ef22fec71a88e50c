export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = "voxloop.theme";

/** How this browser shows the dashboard. */
class Preferences {
  theme = $state<Theme>(readTheme());
  /** Changes whenever colours do, so that charts can be drawn again. */
  paint = $state(0);

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (this.paint += 1));
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === "system") {
      delete document.documentElement.dataset["theme"];
      localStorage.removeItem(THEME_KEY);
    } else {
      document.documentElement.dataset["theme"] = theme;
      localStorage.setItem(THEME_KEY, theme);
    }
    this.paint += 1;
  }
}

function readTheme(): Theme {
  const kept = localStorage.getItem(THEME_KEY);
  return THEMES.find((theme) => theme === kept) ?? "system";
}

export const preferences = new Preferences();
