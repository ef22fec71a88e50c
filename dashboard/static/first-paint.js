// Before the first paint, so that neither theme nor language flickers. A file of its own: the page allows no inline script.
try {
  const theme = localStorage.getItem("voxloop.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  const locale = localStorage.getItem("voxloop.locale") ?? navigator.language;
  document.documentElement.lang = /^zh/i.test(locale) ? "zh-CN" : "en";
} catch {
  // Storage may be forbidden; the system's theme and English then.
}
