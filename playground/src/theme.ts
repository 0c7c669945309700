// Light and dark: as the system has it, until the reader chooses; the choice is that of the whole site.
const KEY = "theme";

const stored = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

/** Let a button switch between light and dark. */
export function offerThemes(button: HTMLElement) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen === "dark" || (chosen !== "light" && system.matches);
  };
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  const before = stored();
  if (before === "dark" || before === "light") document.documentElement.dataset.theme = before;
  button.onclick = () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It holds for this page.
    }
    show();
  };
  system.addEventListener("change", show);
  show();
}
